import type { Kind } from './kind.ts';

export interface Image {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  /** `amazon` or `aws-marketplace`. */
  readonly ownerAlias: string | undefined;
}

export const image: Kind<Image> = {
  member: 'Images',
  operation: 'DescribeImages',
  idMember: 'ImageId',
  shape: 'list',
  collect: {
    by: 'all',
    input: {
      Owners: ['995913728426', 'amazon'],
      Filters: [
        { Name: 'name', Values: ['gitpod/images/gitpod-next/ec2-runner-ami-*', 'bottlerocket-aws-ecs-1-x86_64*'] },
      ],
    },
  },
  changedBy: ['image'],
  parse: (fields) => ({
    id: fields.id('ImageId'),
    name: fields.optionalText('Name') ?? '',
    ownerId: fields.optionalText('OwnerId') ?? '',
    ownerAlias: fields.optionalText('ImageOwnerAlias'),
  }),
};
