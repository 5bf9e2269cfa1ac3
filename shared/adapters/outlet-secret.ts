import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { WatcherError } from '../core/base/watcher-error.ts';

export interface SecretClients {
  readonly secretsManager: () => SecretsManagerClient;
  readonly ssm: () => SSMClient;
}

/** How the text behind an ARN is read, by the service that the ARN names. */
const READERS: Readonly<Record<string, (clients: SecretClients, arn: string) => Promise<string | undefined>>> = {
  secretsmanager: async ({ secretsManager }, arn) =>
    (await secretsManager().send(new GetSecretValueCommand({ SecretId: arn }))).SecretString,
  ssm: async ({ ssm }, arn) => {
    const { Parameter } = await ssm().send(new GetParameterCommand({ Name: arn, WithDecryption: true }));
    if (Parameter?.Type !== 'SecureString')
      throw new WatcherError('bad-input', `parameter \`${arn}\` is not a SecureString`);
    return Parameter.Value;
  },
};

/** The text of a secret in Secrets Manager or of a SecureString parameter; read once, and again after a failure. */
export function outletSecret(clients: SecretClients, arn: string): () => Promise<string> {
  let known: Promise<string> | undefined;
  return () => {
    known ??= read(clients, arn).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

async function read(clients: SecretClients, arn: string): Promise<string> {
  const reader = READERS[arn.split(':')[2] ?? ''];
  if (!reader) throw new WatcherError('bad-input', `\`${arn}\` is neither a secret nor a parameter`);
  const text = (await reader(clients, arn))?.trim();
  if (!text) throw new WatcherError('bad-input', `secret \`${arn}\` is empty`);
  return text;
}

/** A parse error would quote the secret, so it is not passed on. */
function contentOf(text: string): unknown {
  if (!text.startsWith('{')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What `schema` makes of a secret, plain text or a JSON object. Throws `bad-input` with the field and never with what is in it. */
export function partsIn<T>(outlet: string, text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(contentOf(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const why = issue?.code === 'invalid_format' || issue?.code === 'custom' ? issue.message : 'it is missing';
  throw new WatcherError(
    'bad-input',
    `the secret of outlet \`${outlet}\` does not hold what it should: \`${issue?.path.join('.') || 'the text'}\`: ${why}`,
  );
}

const url = z.preprocess(
  (value) => (typeof value === 'string' ? { url: value } : value),
  z.object({ url: z.string().refine((text) => URL.canParse(text), 'expected a URL') }),
);

/** A URL, plain or as `{"url": "…"}`. */
export const urlIn = (outlet: string, text: string): string => partsIn(outlet, text, url).url;
