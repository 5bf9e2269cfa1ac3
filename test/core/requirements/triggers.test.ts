import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { instant } from '../../../shared/core/base/instant.ts';
import type { ResourceKind } from '../../../shared/core/facts/kinds/registry.ts';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';
import { buildNetworkModel, type NetworkModel } from '../../../shared/core/model/network-model.ts';
import { createEngine } from '../../../shared/core/reach/engine.ts';
import { CATALOGUES, findCatalogue } from '../../../shared/core/requirements/catalogue.ts';
import { runCheck } from '../../../shared/core/requirements/checks/run-check.ts';
import type { Check } from '../../../shared/core/requirements/requirement.ts';
import { looksAt, triggersOf } from '../../../shared/core/requirements/triggers.ts';
import { watchFileSchema } from '../../../shared/core/requirements/watch-file.ts';
import { sharedFile, stories } from '../../support/corpus.ts';
import { enterpriseBundle, enterpriseNetwork } from '../../support/enterprise-network.ts';

/** What the model's other look-ups are about. */
const LOOK_UPS: Partial<Readonly<Record<keyof NetworkModel, ResourceKind>>> = {
  routeTableOf: 'routeTable',
  edgeTableOf: 'routeTable',
  networkAclOf: 'networkAcl',
  subnetsOf: 'subnet',
  vpcSpace: 'vpc',
  interfacesIn: 'networkInterface',
  membersOf: 'networkInterface',
  endpointOf: 'vpcEndpoint',
};

/** The same network, and which kinds were asked for. */
function watched(model: NetworkModel): { readonly model: NetworkModel; readonly seen: Set<ResourceKind> } {
  const seen = new Set<ResourceKind>();
  const spy = new Proxy(model, {
    get: (target, name: keyof NetworkModel) => {
      const value: unknown = target[name];
      if (typeof value !== 'function') return value;
      return (...asked: readonly unknown[]): unknown => {
        const kind =
          name === 'find' || name === 'all' || name === 'gapOf' ? (asked[0] as ResourceKind) : LOOK_UPS[name];
        if (kind) seen.add(kind);
        return (value as (...of: readonly unknown[]) => unknown).apply(target, [...asked]);
      };
    },
  });
  return { model: spy, seen };
}

describe('triggers', () => {
  it('come from everything that the checks look at', () => {
    const at = instant(Date.UTC(2026, 10, 25));
    const missing = new Set<string>();
    const used = new Set<string>();
    const looks = [
      ...stories().map(({ bundle, watchFile }) => ({
        bundle,
        network: watchFileSchema.parse(parse(watchFile)).networks[0],
      })),
      { bundle: enterpriseBundle('standard'), network: enterpriseNetwork('private-nat', {}) },
      { bundle: enterpriseBundle('restricted'), network: enterpriseNetwork('restricted-ingress', {}) },
    ];
    for (const { bundle, network } of looks) {
      if (!network) throw new Error('no network in the watch file');
      const catalogue = findCatalogue(network.catalogue);
      const snapshot = parseBundle(bundle);
      for (const requirement of catalogue.requirements) {
        const { model, seen } = watched(buildNetworkModel(snapshot));
        runCheck(
          { engine: createEngine(model), network, requirementId: requirement.id, at, resultOf: () => undefined },
          requirement.check,
        );
        const known = looksAt(requirement, catalogue);
        for (const kind of seen) {
          used.add(kind);
          if (!known.includes(kind)) missing.add(`${requirement.check.kind}: ${kind}`);
        }
      }
    }

    expect([...missing]).toEqual([]);
    expect(used.size).toBeGreaterThan(20);
  });

  it('are there for every requirement that AWS objects decide', () => {
    const without = CATALOGUES.flatMap((catalogue) =>
      catalogue.requirements.filter((one) => triggersOf(one, catalogue).length === 0).map(({ check }) => check.kind),
    );

    // No call that is seen changes these: a person's word, roles (IAM's events come from one Region only), the services of a Region, what is not read,
    // sentences that ask for nothing.
    expect([...new Set(without)].sort()).toEqual([
      'attestation',
      'deployment-role',
      'no-proxy',
      'not-read',
      'record',
      'region',
      'services',
    ]);
  });

  it('hold those of the catalogue beside the checkout', () => {
    const text = sharedFile('requirements/gitpod-aws-2025.json');
    if (!text) return;
    const { requirements } = JSON.parse(text) as {
      readonly requirements: readonly { id: string; triggerEvents?: string[] }[];
    };
    const catalogue = findCatalogue('gitpod-aws-2025');
    // The runner's service and the role's policies are read by nobody yet.
    const unread = ['UpdateService', 'PutRolePolicy', 'AttachRolePolicy', 'DetachRolePolicy', 'DeleteRole'];
    const workloads = ['TerminateInstances', 'DeleteNetworkInterface'];
    // What a check of ours leaves to other requirements, or does not count.
    const elsewhere: Partial<Record<Check['kind'], RegExp>> = {
      'default-vpc-gateway': /BlockPublicAccess/,
      zones: new RegExp(workloads.join('|')),
      'planned-subnets': new RegExp(workloads.join('|')),
      'same-owner': new RegExp(workloads.join('|')),
      attestation: /./,
      record: /./,
    };
    const missing = requirements.flatMap(({ id, triggerEvents = [] }) => {
      const own = catalogue.requirements.find((one) => one.id === id);
      if (!own) throw new Error(`${id} is not there`);
      const triggers = triggersOf(own, catalogue);
      return triggerEvents
        .filter((name) => !triggers.includes(name) && !unread.includes(name) && !elsewhere[own.check.kind]?.test(name))
        .map((name) => `${id}: ${name}`);
    });

    expect(requirements).toHaveLength(66);
    expect(missing).toEqual([]);
  });
});
