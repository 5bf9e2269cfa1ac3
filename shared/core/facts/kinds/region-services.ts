import type { Kind } from './kind.ts';

export interface RegionServices {
  readonly id: string;
  /** Service codes as the public parameters of Systems Manager have them: `ecs`, `logs`, … */
  readonly codes: readonly string[];
}

export const regionServices: Kind<RegionServices> = {
  member: 'RegionServices',
  service: 'ssm',
  operation: 'GetParameters',
  shape: 'texts',
  collect: { by: 'given' },
  changedBy: [],
  types: { cloudFormation: [], terraform: [] },
  parse: (fields, key) => ({ id: key, codes: fields.optionalTexts('value') ?? [] }),
};
