import { describe, expect, it } from '@jest/globals';
import { actorOf } from '../../../shared/core/drift/actor.ts';

const role = (session: string, more: object = {}) => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::123456789012:assumed-role/deploy/${session}`,
  sessionContext: { sessionIssuer: { type: 'Role', userName: 'deploy' }, ...more },
});

describe('who made a call', () => {
  it.each([
    ['a person by single sign-on', role('a.b@example.com'), 'a.b@example.com'],
    ['a machine with a role', role('GitHubActions'), 'deploy (session GitHubActions)'],
    [
      'a person who assumed the role',
      role('tf-run-17', { sourceIdentity: 'a.b@example.com' }),
      'a.b@example.com (role deploy, session tf-run-17)',
    ],
    [
      'a person whose name is the session',
      role('a.b@example.com', { sourceIdentity: 'a.b@example.com' }),
      'a.b@example.com',
    ],
    ['CloudFormation with a role of the stack', role('AWSCloudFormation'), 'CloudFormation (role deploy)'],
    [
      'CloudFormation with the rights of the person who asked it',
      { ...role('a.b@example.com'), invokedBy: 'cloudformation.amazonaws.com' },
      'a.b@example.com',
    ],
    ['a role without an issuer', { type: 'AssumedRole', arn: 'arn:aws:sts::123456789012:assumed-role/x/y' }, 'y'],
    ['a user', { type: 'IAMUser', userName: 'alice', arn: 'arn:aws:iam::123456789012:user/alice' }, 'alice'],
    ['the root user', { type: 'Root', arn: 'arn:aws:iam::123456789012:root' }, 'the root user'],
    ['a federated user', { type: 'FederatedUser', arn: 'arn:aws:sts::123456789012:federated-user/bob' }, 'bob'],
    [
      'somebody of an identity provider',
      { type: 'WebIdentityUser', userName: 'repo:acme/net', identityProvider: 'token.actions.githubusercontent.com' },
      'repo:acme/net (token.actions.githubusercontent.com)',
    ],
    ['a user of SAML', { type: 'SAMLUser', principalId: 'XYZ:carol' }, 'XYZ:carol (SAML)'],
    [
      'a user of Identity Center',
      { type: 'IdentityCenterUser', onBehalfOf: { userId: 'u-1' } },
      'Identity Center user u-1',
    ],
    ['another account', { type: 'AWSAccount', accountId: '999999999999', principalId: 'AIDA' }, 'account 999999999999'],
    ['a service', { type: 'AWSService', invokedBy: 'autoscaling.amazonaws.com' }, 'autoscaling.amazonaws.com'],
    ['a type of tomorrow', { type: 'Robot', arn: 'arn:aws:robot::1:r2d2' }, 'arn:aws:robot::1:r2d2'],
    ['nobody', undefined, 'unknown'],
    ['nonsense', ['x'], 'unknown'],
  ])('%s', (_who, identity, name) => {
    expect(actorOf(identity)).toBe(name);
  });
});
