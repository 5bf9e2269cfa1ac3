import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { WatcherError } from '../core/base/watcher-error.ts';

/** A URL kept in Secrets Manager, plain or as `{"url": "…"}`; read once, and again after a failure. */
export function secretUrl(client: SecretsManagerClient, secretId: string): () => Promise<string> {
  let known: Promise<string> | undefined;
  return () => {
    known ??= read(client, secretId).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

async function read(client: SecretsManagerClient, secretId: string): Promise<string> {
  const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
  const url = text?.trim().startsWith('{') ? (JSON.parse(text) as { url?: unknown }).url : text?.trim();
  if (typeof url !== 'string' || !URL.canParse(url))
    throw new WatcherError('bad-input', `secret \`${secretId}\` does not hold a URL`);
  return url;
}
