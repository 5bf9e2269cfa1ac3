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

/** A parse error would quote the secret, so it is not passed on. */
function urlIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { url?: unknown }).url;
  } catch {
    return undefined;
  }
}

async function read(client: SecretsManagerClient, secretId: string): Promise<string> {
  const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
  const url = text?.trim().startsWith('{') ? urlIn(text) : text?.trim();
  if (typeof url !== 'string' || !URL.canParse(url))
    throw new WatcherError('bad-input', `secret \`${secretId}\` does not hold a URL`);
  return url;
}
