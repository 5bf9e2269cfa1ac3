import type { Kind } from './kind.ts';

export interface Region {
  /** Its name, such as `eu-central-1`. */
  readonly id: string;
  /** `opt-in-not-required`, `opted-in` or `not-opted-in`. */
  readonly optInStatus: string | undefined;
}

export const region: Kind<Region> = {
  member: 'Regions',
  operation: 'DescribeRegions',
  idMember: 'RegionName',
  shape: 'list',
  collect: { by: 'all', input: { AllRegions: true } },
  changedBy: [],
  types: { cloudFormation: [], terraform: ['aws_account_region'] },
  parse: (fields) => ({ id: fields.id('RegionName'), optInStatus: fields.optionalText('OptInStatus') }),
};
