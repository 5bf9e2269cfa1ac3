import { type Json, objectOf, textOf } from './record.ts';

/**
 * Who made a call, as somebody who has to ask them would say it, from the `userIdentity` of a CloudTrail record (userIdentity element, read 2026-11-26).
 * The person behind a role goes first: the source identity that the role was assumed with, else a session name that is an e-mail address (single sign-on).
 */
export function actorOf(userIdentity: unknown): string {
  const identity = objectOf(userIdentity);
  const name = BY_TYPE[textOf(identity['type']) ?? '']?.(identity);
  return (
    name ??
    textOf(identity['userName']) ??
    textOf(identity['arn']) ??
    textOf(identity['invokedBy']) ??
    textOf(identity['principalId']) ??
    'unknown'
  );
}

const BY_TYPE: Readonly<Record<string, (identity: Json) => string | undefined>> = {
  Root: () => 'the root user',
  AssumedRole: ofRole,
  FederatedUser: (identity) => lastOf(identity['arn']) ?? ofIssuer(identity),
  WebIdentityUser: (identity) => withProvider(identity, 'web identity'),
  SAMLUser: (identity) => withProvider(identity, 'SAML'),
  IdentityCenterUser: (identity) => {
    const user = textOf(objectOf(identity['onBehalfOf'])['userId']);
    return user && `Identity Center user ${user}`;
  },
  AWSAccount: (identity) => {
    const account = textOf(identity['accountId']);
    return account && `account ${account}`;
  },
  AWSService: (identity) => textOf(identity['invokedBy']),
};

/** `a.b@example.com`, `ci (role deploy, session GitHubActions)`, `deploy (session GitHubActions)`, `CloudFormation (role stacks)`. */
function ofRole(identity: Json): string | undefined {
  const session = lastOf(identity['arn']);
  const role = ofIssuer(identity);
  const person = textOf(objectOf(identity['sessionContext'])['sourceIdentity']);
  if (person !== undefined && person !== session)
    return role === undefined
      ? person
      : `${person} (role ${role}${session === undefined ? '' : `, session ${session}`})`;
  if (session === undefined || session.includes('@') || role === undefined) return session ?? role;
  const service = SERVICE_SESSIONS[session];
  return service === undefined ? `${role} (session ${session})` : `${service} (role ${role})`;
}

/** Services that act with a role of the account; who asked them to is in their own record. */
const SERVICE_SESSIONS: Readonly<Record<string, string>> = {
  AWSCloudFormation: 'CloudFormation',
  AutoScaling: 'Auto Scaling',
  'ecs-service-scheduler': 'the ECS scheduler',
};

const lastOf = (arn: unknown): string | undefined => textOf(textOf(arn)?.split('/').slice(1).pop());

const ofIssuer = (identity: Json): string | undefined =>
  textOf(objectOf(objectOf(identity['sessionContext'])['sessionIssuer'])['userName']);

function withProvider(identity: Json, kind: string): string | undefined {
  const user = textOf(identity['userName']) ?? textOf(identity['principalId']);
  const provider = textOf(identity['identityProvider']);
  return user && `${user} (${provider ?? kind})`;
}
