import { readTags } from '../fields.ts';
import type { Kind } from './kind.ts';

export interface Instance {
  readonly id: string;
  readonly state: string;
  readonly subnetId: string | undefined;
  readonly imageId: string | undefined;
  readonly groupIds: readonly string[];
  readonly networkInterfaceIds: readonly string[];
  /** Of the instance metadata service: `enabled` or `disabled`. */
  readonly metadataEndpoint: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export const instance: Kind<Instance> = {
  member: 'Instances',
  operation: 'DescribeInstances',
  idMember: 'InstanceId',
  shape: 'list',
  collect: { by: 'vpc', filter: 'vpc-id' },
  answer: { is: 'member', at: 'Reservations', inside: 'Instances' },
  changedBy: ['instance', 'tags'],
  types: { cloudFormation: ['AWS::EC2::Instance'], terraform: ['aws_instance'] },
  parse: (fields) => ({
    id: fields.id('InstanceId'),
    state: fields.optionalObject('State')?.optionalText('Name') ?? '',
    subnetId: fields.optionalText('SubnetId'),
    imageId: fields.optionalText('ImageId'),
    groupIds: fields.optionalList('SecurityGroups', (group) => group.text('GroupId')) ?? [],
    networkInterfaceIds: fields.optionalList('NetworkInterfaces', (item) => item.text('NetworkInterfaceId')) ?? [],
    metadataEndpoint: fields.optionalObject('MetadataOptions')?.optionalText('HttpEndpoint'),
    tags: readTags(fields),
  }),
};
