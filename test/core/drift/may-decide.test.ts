import { describe, expect, it } from '@jest/globals';
import { instant } from '../../../shared/core/base/instant.ts';
import { attribute } from '../../../shared/core/drift/attribute.ts';
import type { ChangeEvent } from '../../../shared/core/drift/change.ts';
import { mayDecide } from '../../../shared/core/drift/may-decide.ts';

const CATALOGUE = 'gitpod-aws-2025';

const change = (operation: string, source = 'aws.ec2'): ChangeEvent => ({
  eventId: operation,
  source,
  operation,
  at: instant(Date.UTC(2026, 10, 20, 2)),
  account: '123456789012',
  region: 'eu-central-1',
  actor: 'm.keller@example.com',
  tool: 'console',
  objects: [],
});

describe('what may have decided a requirement', () => {
  it.each<readonly [string, string, string | undefined, boolean]>([
    ['egress-management-plane-443', 'DeleteNatGateway', undefined, true],
    ['egress-management-plane-443', 'AssociateFirewallRuleGroup', 'aws.route53resolver', true],
    ['egress-management-plane-443', 'DisableAllowedImagesSettings', undefined, false],
    ['ami-access-environment-gitpod', 'DisableAllowedImagesSettings', undefined, true],
    ['ami-access-environment-gitpod', 'DeleteNatGateway', undefined, false],
    ['public-subnet-security-group-rules', 'RevokeSecurityGroupEgress', undefined, true],
  ])('%s, %s (%s): %s', (requirement, operation, source, expected) => {
    expect(mayDecide(CATALOGUE, requirement)(change(operation, source))).toBe(expected);
  });

  it('is everything that nobody classified, and everything about a requirement that nobody knows', () => {
    expect(mayDecide(CATALOGUE, 'egress-management-plane-443')(change('InventTeleporter'))).toBe(true);
    expect(mayDecide(CATALOGUE, 'no-such-requirement')(change('DeleteNatGateway'))).toBe(true);
    expect(mayDecide('no-such-catalogue', 'egress-management-plane-443')(change('DeleteNatGateway'))).toBe(true);
  });

  it('is all that is called possible when no change names an object of the reasons', () => {
    const reasons = [
      { code: 'UNSUPPORTED_COMPONENT', component: 'AllowedImagesSettings', message: 'lets no image through' },
    ];
    const changes = [change('DeleteNatGateway'), change('DisableAllowedImagesSettings')];

    const causes = attribute(changes, reasons, mayDecide(CATALOGUE, 'ami-access-environment-gitpod'));

    expect(causes.map(({ operation, confidence }) => [operation, confidence])).toEqual([
      ['DisableAllowedImagesSettings', 'possible'],
    ]);
  });
});
