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
  types: {
    cloudFormation: [],
    terraform: ['aws_ami', 'aws_ami_copy', 'aws_ami_from_instance', 'aws_ami_launch_permission'],
  },
  parse: (fields) => ({
    id: fields.id('ImageId'),
    name: fields.optionalText('Name') ?? '',
    ownerId: fields.optionalText('OwnerId') ?? '',
    ownerAlias: fields.optionalText('ImageOwnerAlias'),
  }),
};
