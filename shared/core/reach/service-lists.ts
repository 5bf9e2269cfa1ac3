import type { NetworkModel } from '../model/network-model.ts';
import { type AddressSet, EMPTY, unionAll } from '../net/interval-set.ts';
import type { Family } from '../net/ip.ts';
import { entriesOfList } from './prefix-list-entries.ts';

/** `com.amazonaws.us-east-1.s3` names both the service and the list of its public addresses. */
function listOfService(model: NetworkModel, serviceName: string, family: Family): AddressSet {
  const lists = [...model.all('prefixList'), ...model.all('managedPrefixList')];
  const list = lists.find((item) => item.name === serviceName);
  const entries = list && entriesOfList(model, list.id);
  return entries?.is === 'there' ? entries.value.set[family] : EMPTY;
}

/** Public addresses of a service that has gateway endpoints (S3, DynamoDB) in one Region; empty when its list was not seen. */
export const addressesOfService = (model: NetworkModel, service: string, region: string, family: Family): AddressSet =>
  GATEWAY_SERVICES.has(service)
    ? unionAll(endpointServiceNames(service, region).map((name) => listOfService(model, name, family)))
    : EMPTY;

/** In China some services have a prefix more, and some do not (describe-vpc-endpoint-services of cn-north-1, read 2026-11-26). */
export const endpointServiceNames = (service: string, region: string): readonly string[] => {
  const name = `com.amazonaws.${region}.${service}`;
  return region.startsWith('cn-') ? [name, `cn.${name}`] : [name];
};

const GATEWAY_SERVICES: ReadonlySet<string> = new Set(['s3', 'dynamodb']);

/** Public addresses that the gateway endpoints of these VPCs claim, whether or not a route table uses them (semantics.md section 8, rulings 2 and 3). */
export function behindGatewayEndpoints(model: NetworkModel, vpcIds: readonly string[], family: Family): AddressSet {
  return unionAll(
    model
      .all('vpcEndpoint')
      .filter((endpoint) => endpoint.type === 'Gateway' && vpcIds.includes(endpoint.vpcId ?? ''))
      .map((endpoint) => listOfService(model, endpoint.serviceName, family)),
  );
}
