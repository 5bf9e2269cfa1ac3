import type { Kind } from './kind.ts';

/** One way for an image to be allowed; every member that is there must match. */
export interface ImageCriterion {
  readonly providers: readonly string[] | undefined;
  readonly names: readonly string[] | undefined;
  /** Members that we cannot evaluate: marketplace products, age, deprecation, watermarks. */
  readonly others: readonly string[];
}

export interface AllowedImagesSettings {
  readonly id: string;
  /** `disabled`, `enabled` or `audit-mode`; other texts are kept. */
  readonly state: string;
  readonly criteria: readonly ImageCriterion[];
}

export const allowedImagesSettings: Kind<AllowedImagesSettings> = {
  member: 'AllowedImagesSettings',
  operation: 'GetAllowedImagesSettings',
  shape: 'object',
  collect: { by: 'all' },
  answer: { is: 'whole', knownBy: 'State' },
  changedBy: ['allowed-images'],
  types: { cloudFormation: [], terraform: ['aws_ec2_allowed_images_settings'] },
  parse: (fields, key) => ({
    id: key,
    state: fields.optionalText('State') ?? 'disabled',
    criteria:
      fields.optionalList('ImageCriteria', (item) => ({
        providers: item.optionalTexts('ImageProviders'),
        names: item.optionalTexts('ImageNames'),
        others: item.keys().filter((name) => name !== 'ImageProviders' && name !== 'ImageNames'),
      })) ?? [],
  }),
};
