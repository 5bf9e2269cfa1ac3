import { AS_IT_IS, fails, inapplicable, PRIVATE_NAT, PUBLIC_SUBNET, passes, type Section, unknown } from './case.ts';
import { declared, refused, removed, setIn, setTo, type Which } from './edits.ts';

const ENVIRONMENT_OWNER = '995913728426';
const ROLE = 'arn:aws:iam::417266352109:role/gitpod-deployment';

const allowed = (...criteria: readonly Readonly<Record<string, unknown>>[]) =>
  setTo('AllowedImagesSettings', () => ({ State: 'enabled', ManagedBy: 'account', ImageCriteria: criteria }));

const simulated = (...results: readonly (readonly [action: string, decision: string, missing?: string])[]) =>
  setTo('RoleSimulations', () => ({
    [ROLE]: results.map(([EvalActionName, EvalDecision, missing]) => ({
      EvalActionName,
      EvalDecision,
      EvalResourceName: '*',
      MissingContextValues: missing === undefined ? [] : [missing],
    })),
  }));

const isOwn: Which = (image) => image['OwnerId'] === ENVIRONMENT_OWNER;

const SIGNED = { by: 'platform-team', at: '2026-11-20', expires: '2036-01-01' };
const LAPSED = { by: 'platform-team', at: '2025-10-02', expires: '2026-10-02' };

export const IMAGE_AND_ACCOUNT_CASES: Section = {
  'ami-access-runner-bottlerocket': [
    passes(PRIVATE_NAT, AS_IT_IS),
    passes(PRIVATE_NAT, 'Allowed AMIs admits Amazon', allowed({ ImageProviders: ['amazon'] })),
    fails(
      PRIVATE_NAT,
      "Allowed AMIs admits the company's own images only",
      allowed({ ImageProviders: ['417266352109'] }),
    ),
    fails(
      PRIVATE_NAT,
      'Allowed AMIs admits Amazon, which shows no such image',
      allowed({ ImageProviders: ['amazon'] }),
      removed('Images', (image) => !isOwn(image)),
    ),
    unknown(PRIVATE_NAT, 'images are restricted by a service control policy', declared({ amiRestrictions: 'scp' })),
    unknown(PRIVATE_NAT, 'GetAllowedImagesSettings is refused', refused('GetAllowedImagesSettings')),
    unknown(
      PRIVATE_NAT,
      'Allowed AMIs asks for images of a certain age',
      allowed({ ImageProviders: ['amazon'], CreationDateCondition: { MaximumDaysSinceCreated: 30 } }),
    ),
    inapplicable(PUBLIC_SUBNET, 'the runner is on Fargate'),
  ],
  'ami-access-environment-gitpod': [
    passes(PRIVATE_NAT, AS_IT_IS),
    passes(PRIVATE_NAT, 'Allowed AMIs admits the owner', allowed({ ImageProviders: [ENVIRONMENT_OWNER] })),
    fails(PRIVATE_NAT, 'Allowed AMIs admits Amazon only', allowed({ ImageProviders: ['amazon'] })),
    fails(
      PRIVATE_NAT,
      'Allowed AMIs admits the owner, who shows no such image',
      allowed({ ImageProviders: [ENVIRONMENT_OWNER] }),
      removed('Images', isOwn),
    ),
    unknown(PRIVATE_NAT, 'nobody knows how images are restricted', declared({ amiRestrictions: 'unknown' })),
    unknown(PRIVATE_NAT, 'GetAllowedImagesSettings is refused', refused('GetAllowedImagesSettings')),
    unknown(
      PRIVATE_NAT,
      'Allowed AMIs admits the owner, and DescribeImages is refused',
      allowed({ ImageProviders: [ENVIRONMENT_OWNER] }),
      refused('DescribeImages'),
    ),
  ],
  'ami-allowlist-by-owner': [
    passes(PRIVATE_NAT, 'Allowed AMIs admits the owner', allowed({ ImageProviders: [ENVIRONMENT_OWNER] })),
    fails(
      PRIVATE_NAT,
      "Allowed AMIs admits today's image by its name",
      allowed({
        ImageProviders: [ENVIRONMENT_OWNER],
        ImageNames: ['gitpod/images/gitpod-next/ec2-runner-ami-20261112-1430'],
      }),
    ),
    unknown(PRIVATE_NAT, 'images are restricted by a service control policy', declared({ amiRestrictions: 'scp' })),
    unknown(PRIVATE_NAT, 'GetAllowedImagesSettings is refused', refused('GetAllowedImagesSettings')),
    inapplicable(PRIVATE_NAT, 'Allowed AMIs is not used'),
  ],
  'deployment-role-permissions': [
    unknown(
      PRIVATE_NAT,
      'the role may do all that was simulated',
      declared({ deploymentRoleArn: ROLE }),
      simulated(['iam:CreateRole', 'allowed'], ['ec2:DescribeVpcs', 'allowed']),
    ),
    unknown(
      PRIVATE_NAT,
      'the role may do something on certain resources only, or under conditions',
      declared({ deploymentRoleArn: ROLE }),
      simulated(['iam:CreateRole', 'implicitDeny'], ['s3:CreateBucket', 'explicitDeny', 'aws:RequestedRegion']),
    ),
    unknown(PRIVATE_NAT, 'nobody has asked IAM', declared({ deploymentRoleArn: ROLE })),
    unknown(
      PRIVATE_NAT,
      'SimulatePrincipalPolicy is refused',
      declared({ deploymentRoleArn: ROLE }),
      refused('SimulatePrincipalPolicy'),
    ),
    fails(
      PRIVATE_NAT,
      'a policy denies one of the actions',
      declared({ deploymentRoleArn: ROLE }),
      simulated(['iam:CreateRole', 'explicitDeny'], ['ec2:DescribeVpcs', 'allowed']),
    ),
    fails(
      PRIVATE_NAT,
      'the role may not look at VPCs',
      declared({ deploymentRoleArn: ROLE }),
      simulated(['iam:CreateRole', 'allowed'], ['ec2:DescribeVpcs', 'implicitDeny']),
    ),
    fails(
      PRIVATE_NAT,
      'somebody has deleted the role',
      declared({ deploymentRoleArn: ROLE }),
      setTo('RoleSimulations', () => ({ [ROLE]: null })),
    ),
    inapplicable(PRIVATE_NAT, 'no role is declared'),
  ],
  'account-no-conflicting-services': [
    passes(PRIVATE_NAT, AS_IT_IS),
    unknown(PRIVATE_NAT, 'nobody has signed for it', declared({ attestations: [] })),
    unknown(
      PRIVATE_NAT,
      'the signature has expired',
      declared({ attestations: [{ requirement: 'account-no-conflicting-services', ...LAPSED }] }),
    ),
  ],
  'connectivity-verified': [
    passes(
      PRIVATE_NAT,
      'somebody has signed for it',
      declared({ attestations: [{ requirement: 'connectivity-verified', ...SIGNED }] }),
    ),
    unknown(PRIVATE_NAT, 'nobody has signed for it'),
  ],
  'region-enabled': [
    passes(PRIVATE_NAT, AS_IT_IS),
    fails(
      PRIVATE_NAT,
      'the account has not enabled the Region',
      setIn('Regions', (region) => region['RegionName'] === 'eu-central-1', { OptInStatus: 'not-opted-in' }),
    ),
    fails(
      PRIVATE_NAT,
      'AWS does not list the Region',
      removed('Regions', (region) => region['RegionName'] === 'eu-central-1'),
    ),
    unknown(PRIVATE_NAT, 'DescribeRegions is refused', refused('DescribeRegions')),
  ],
};
