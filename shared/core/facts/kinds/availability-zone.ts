import type { Kind } from './kind.ts';

export interface AvailabilityZone {
  /** Zone id (`use1-az1`) where AWS gives it, else the name. */
  readonly id: string;
  readonly name: string | undefined;
  /** `availability-zone`, `local-zone` or `wavelength-zone`. */
  readonly type: string;
}

export const availabilityZone: Kind<AvailabilityZone> = {
  member: 'AvailabilityZones',
  operation: 'DescribeAvailabilityZones',
  idMember: 'ZoneId',
  shape: 'list',
  collect: { by: 'all' },
  changedBy: ['zone'],
  types: { cloudFormation: [], terraform: ['aws_ec2_availability_zone_group'] },
  parse: (fields) => ({
    id: fields.optionalText('ZoneId') ?? fields.id('ZoneName'),
    name: fields.optionalText('ZoneName'),
    type: fields.optionalText('ZoneType') ?? 'availability-zone',
  }),
};
