import type { Gap } from '../../facts/snapshot.ts';
import type { NetworkModel } from '../../model/network-model.ts';
import type { Flow } from '../flow.ts';
import { markHidden, type Walk } from '../walk-context.ts';

type Mode = 'off' | 'block-ingress' | 'block-bidirectional';

interface Row {
  readonly mode: Mode;
  readonly exclusion: 'plain' | 'egress-excluded';
}

type Effective =
  | { readonly is: 'known'; readonly row: (way: PublicWay) => Row }
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

/** What touches the gateway: a subnet, or the VPC itself for a regional NAT gateway. */
export interface Exposed {
  readonly id: string;
  readonly vpcId: string;
  /** The mode that EC2 computes for it, if it was seen. */
  readonly blockPublicAccess: string | undefined;
}

export const exposedVpc = (model: NetworkModel, vpcId: string): Exposed => {
  const vpc = model.find('vpc', vpcId);
  return { id: vpcId, vpcId, blockPublicAccess: vpc.is === 'there' ? vpc.value.blockPublicAccess : undefined };
};

/** The mode that EC2 computes for the subnet, else options and exclusions (semantics.md 1.12 and section 8, ruling 6). */
function effectiveMode(model: NetworkModel, exposed: Exposed): Effective {
  const options = model.find('blockPublicAccessOptions', 'VpcBlockPublicAccessOptions');
  if (options.is === 'absent') return { is: 'known', row: () => ({ mode: 'off', exclusion: 'plain' }) };
  const exclusions = model
    .all('blockPublicAccessExclusion')
    .filter((item) => item.resourceId === exposed.id || item.resourceId === exposed.vpcId);
  const moving = exclusions.find((item) => item.state.endsWith('-in-progress'));
  if (moving) return { is: 'changing', what: moving.id };
  if (options.is === 'there' && options.value.state === 'update-in-progress')
    return { is: 'changing', what: 'VPC Block Public Access' };
  const inForce = exclusions.filter((item) => IN_FORCE.has(item.state));
  const egressExclusion =
    inForce.some((item) => item.mode === 'allow-egress') &&
    !inForce.some((item) => item.mode === 'allow-bidirectional');
  const computed = exposed.blockPublicAccess;
  if (computed !== undefined && isMode(computed)) {
    const declared = options.is === 'there' && isMode(options.value.mode) ? options.value.mode : computed;
    const isConflict = egressExclusion && declared === 'block-bidirectional';
    return {
      is: 'known',
      row: (way) =>
        isConflict && way === 'internet-gateway'
          ? { mode: declared, exclusion: 'egress-excluded' }
          : { mode: computed, exclusion: 'plain' },
    };
  }
  if (options.is === 'hidden') return { is: 'hidden', gap: options.gap };
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
  const mode = excluded ? 'off' : options.value.mode;
  return { is: 'known', row: () => ({ mode, exclusion: egressExclusion ? 'egress-excluded' : 'plain' }) };
}

export type PublicWay = 'internet-gateway' | 'nat-gateway' | 'egress-only-internet-gateway' | 'inbound';

type Outcome = 'allow' | 'deny' | 'conflict';

/** Rows: the mode and whether an `allow-egress` exclusion covers the subnet; columns: the way to the Internet (VPC guide, BPA basics, read 2026-11-25). */
const OUTCOMES: Readonly<Record<Mode, Readonly<Record<Row['exclusion'], Readonly<Record<PublicWay, Outcome>>>>>> = {
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

/** `exposed` is what touches the gateway: the NAT gateway's for traffic through it. */
export function checkBlockPublicAccess(walk: Walk, flow: Flow, exposed: Exposed, way: PublicWay): void {
  const effective = effectiveMode(walk.model, exposed);
  switch (effective.is) {
    case 'hidden':
      markHidden(walk, flow, effective.gap, exposed.id, `VPC Block Public Access for \`${exposed.id}\``);
      return;
    case 'changing':
      walk.ledger.mark(flow, {
        effect: 'unknown',
        code: 'X_FACT_UNREADABLE',
        component: exposed.id,
        message: `VPC Block Public Access for \`${exposed.id}\` cannot be told: \`${effective.what}\` is being changed right now`,
      });
      return;
    case 'known': {
      const { mode, exclusion } = effective.row(way);
      const outcome = OUTCOMES[mode][exclusion][way];
      if (outcome === 'allow') return;
      walk.ledger.mark(flow, {
        effect: outcome === 'deny' ? 'deny' : 'unknown',
        code: outcome === 'deny' ? 'VPC_BLOCK_PUBLIC_ACCESS_ENABLED' : 'X_BPA_DOC_CONFLICT',
        component: exposed.id,
        message:
          outcome === 'deny'
            ? `VPC Block Public Access (${mode}) blocks \`${exposed.id}\``
            : `AWS documents both that an egress-only exclusion opens \`${exposed.id}\` under ${mode} and that it does not`,
      });
    }
  }
}
