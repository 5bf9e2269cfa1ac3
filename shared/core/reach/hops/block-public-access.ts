import type { Subnet } from '../../facts/kinds/subnet.ts';
import type { Gap } from '../../facts/snapshot.ts';
import type { NetworkModel } from '../../model/network-model.ts';
import type { Flow } from '../flow.ts';
import { markHidden, type Walk } from '../walk-context.ts';

type Mode = 'off' | 'block-ingress' | 'block-bidirectional';

type Effective =
  | { readonly is: 'known'; readonly mode: Mode; readonly egressExclusion: boolean }
  | { readonly is: 'changing'; readonly what: string }
  | { readonly is: 'hidden'; readonly gap: Gap };

const IN_FORCE: ReadonlySet<string> = new Set([
  'create-complete',
  'update-complete',
  'update-failed',
  'delete-failed',
  'delete-in-progress',
]);

const isMode = (text: string): text is Mode =>
  text === 'off' || text === 'block-ingress' || text === 'block-bidirectional';

/** The mode that EC2 computes for the subnet, else options and exclusions (semantics.md 1.12 and section 8, ruling 6). */
function effectiveMode(model: NetworkModel, subnet: Subnet): Effective {
  const exclusions = model
    .all('blockPublicAccessExclusion')
    .filter((item) => item.resourceId === subnet.id || item.resourceId === subnet.vpcId);
  const moving = exclusions.find((item) => item.state.endsWith('-in-progress'));
  if (moving) return { is: 'changing', what: moving.id };
  const options = model.find('blockPublicAccessOptions', 'VpcBlockPublicAccessOptions');
  if (options.is === 'there' && options.value.state === 'update-in-progress')
    return { is: 'changing', what: 'VPC Block Public Access' };
  const inForce = exclusions.filter((item) => IN_FORCE.has(item.state));
  const egressExclusion = inForce.some((item) => item.mode === 'allow-egress');
  const computed = subnet.blockPublicAccess;
  if (computed !== undefined && isMode(computed)) {
    const declared = options.is === 'there' && isMode(options.value.mode) ? options.value.mode : computed;
    return {
      is: 'known',
      mode: computed === 'block-ingress' && egressExclusion ? declared : computed,
      egressExclusion,
    };
  }
  if (options.is === 'hidden') return { is: 'hidden', gap: options.gap };
  if (options.is === 'absent') return { is: 'known', mode: 'off', egressExclusion: false };
  if (!isMode(options.value.mode)) {
    return {
      is: 'hidden',
      gap: {
        kind: undefined,
        operation: 'DescribeVpcBlockPublicAccessOptions',
        code: 'Unreadable',
        message: `mode \`${options.value.mode}\` is not known`,
      },
    };
  }
  const gap = model.gapOf('blockPublicAccessExclusion');
  if (gap && options.value.mode !== 'off') return { is: 'hidden', gap };
  const excluded = inForce.some((item) => item.mode === 'allow-bidirectional');
  return { is: 'known', mode: excluded ? 'off' : options.value.mode, egressExclusion };
}

export type PublicWay = 'internet-gateway' | 'nat-gateway' | 'egress-only-internet-gateway' | 'inbound';

type Outcome = 'allow' | 'deny' | 'conflict';

/** Rows: the mode and whether an `allow-egress` exclusion covers the subnet; columns: the way to the Internet (VPC guide, BPA basics, read 2026-11-25). */
const OUTCOMES: Readonly<
  Record<Mode, Readonly<Record<'plain' | 'egress-excluded', Readonly<Record<PublicWay, Outcome>>>>>
> = {
  off: {
    plain: {
      'internet-gateway': 'allow',
      'nat-gateway': 'allow',
      'egress-only-internet-gateway': 'allow',
      inbound: 'allow',
    },
    'egress-excluded': {
      'internet-gateway': 'allow',
      'nat-gateway': 'allow',
      'egress-only-internet-gateway': 'allow',
      inbound: 'allow',
    },
  },
  'block-ingress': {
    plain: {
      'internet-gateway': 'deny',
      'nat-gateway': 'allow',
      'egress-only-internet-gateway': 'allow',
      inbound: 'deny',
    },
    'egress-excluded': {
      'internet-gateway': 'deny',
      'nat-gateway': 'allow',
      'egress-only-internet-gateway': 'allow',
      inbound: 'deny',
    },
  },
  'block-bidirectional': {
    plain: {
      'internet-gateway': 'deny',
      'nat-gateway': 'deny',
      'egress-only-internet-gateway': 'deny',
      inbound: 'deny',
    },
    'egress-excluded': {
      'internet-gateway': 'conflict',
      'nat-gateway': 'allow',
      'egress-only-internet-gateway': 'allow',
      inbound: 'deny',
    },
  },
};

/** `subnet` is the one that touches the gateway: the NAT gateway's for traffic through it. */
export function checkBlockPublicAccess(walk: Walk, flow: Flow, subnet: Subnet, way: PublicWay): void {
  const effective = effectiveMode(walk.model, subnet);
  switch (effective.is) {
    case 'hidden':
      markHidden(walk, flow, effective.gap, subnet.id, `VPC Block Public Access for subnet \`${subnet.id}\``);
      return;
    case 'changing':
      walk.ledger.mark(flow, {
        effect: 'unknown',
        code: 'X_FACT_UNREADABLE',
        component: subnet.id,
        message: `\`${effective.what}\` is being changed right now`,
      });
      return;
    case 'known': {
      const outcome = OUTCOMES[effective.mode][effective.egressExclusion ? 'egress-excluded' : 'plain'][way];
      if (outcome === 'allow') return;
      walk.ledger.mark(flow, {
        effect: outcome === 'deny' ? 'deny' : 'unknown',
        code: outcome === 'deny' ? 'VPC_BLOCK_PUBLIC_ACCESS_ENABLED' : 'X_BPA_DOC_CONFLICT',
        component: subnet.id,
        message:
          outcome === 'deny'
            ? `VPC Block Public Access (${effective.mode}) blocks subnet \`${subnet.id}\``
            : `AWS documents both that an egress-only exclusion opens subnet \`${subnet.id}\` under ${effective.mode} and that it does not`,
      });
    }
  }
}
