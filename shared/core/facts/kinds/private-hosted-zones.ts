import type { Kind } from './kind.ts';

export interface PrivateHostedZone {
  readonly id: string;
  /** Lower case, without the dot at the end. */
  readonly name: string;
  /** The AWS service that made the zone for its own names (`efs.amazonaws.com`); undefined for zones of accounts. */
  readonly owningService: string | undefined;
}

/** Private hosted zones that answer in a VPC, whichever account has them. Their records are not read. Those of a Route 53 Profile are not among them. */
export interface PrivateHostedZones {
  /** Id of the VPC. */
  readonly id: string;
  readonly zones: readonly PrivateHostedZone[];
}

export const privateHostedZones: Kind<PrivateHostedZones> = {
  member: 'PrivateHostedZones',
  service: 'route53',
  operation: 'ListHostedZonesByVPC',
  shape: 'map',
  collect: {
    by: 'each',
    of: 'watchedVpcIds',
    requests: (VPCId, VPCRegion) => [{ VPCId, VPCRegion, MaxItems: 100 }],
  },
  answer: { is: 'member', at: 'HostedZoneSummaries', orderBy: 'HostedZoneId' },
  optional: true,
  changedBy: ['route53-zone'],
  types: {
    cloudFormation: ['AWS::Route53::HostedZone'],
    terraform: ['aws_route53_zone', 'aws_route53_zone_association'],
  },
  parse: (fields, key) => ({
    id: key,
    zones: fields.list('value', (zone) => ({
      id: zone.text('HostedZoneId'),
      name: zone.text('Name').toLowerCase().replace(/\.$/, ''),
      owningService: zone.optionalObject('Owner')?.optionalText('OwningService'),
    })),
  }),
};
