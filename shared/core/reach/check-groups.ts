import type { GroupReference } from '../facts/kinds/security-group.ts';
import { cidrsToSet } from '../net/cidr.ts';
import { type AddressSet, EMPTY, intersect, isEmpty, minus, union, unionAll } from '../net/interval-set.ts';
import { formatPorts, hasPorts, protocolName } from '../net/protocol.ts';
import { PUBLIC_SPACE } from '../net/public-space.ts';
import { describePart } from './describe.ts';
import type { Flow } from './flow.ts';
import type { GroupCell } from './security-group-filter.ts';
import { describeGap, type Walk } from './walk-context.ts';

/** Whose groups are asked: the sender on the way out, the destination on the way in. */
export interface GroupHolder {
  readonly groupIds: readonly string[];
  readonly component: string;
  readonly vpcId: string;
}

interface Admitted {
  readonly set: AddressSet;
  /** Part that only a reference admits. */
  readonly byReference: AddressSet;
  readonly referencing: string | undefined;
  readonly doubtful: AddressSet;
  readonly doubt: string | undefined;
  readonly lost: { readonly code: string; readonly component: string; readonly message: string } | undefined;
}

const NOTHING: Admitted = {
  set: EMPTY,
  byReference: EMPTY,
  referencing: undefined,
  doubtful: EMPTY,
  doubt: undefined,
  lost: undefined,
};

/**
 * Security groups of one end. Returns the flow, with a note of what only a reference to a group admits: that note is lost with the identity, at
 * transit gateways and appliances.
 */
export function checkGroups(walk: Walk, flow: Flow, holder: GroupHolder, direction: 'ingress' | 'egress'): Flow {
  const verdict = walk.memo.groups(holder.groupIds, direction, flow.family, flow.protocol, flow.ports);
  const axis = direction === 'egress' ? flow.dst : flow.src;
  const first = holder.groupIds[0] ?? holder.component;
  let noted: Flow = flow;
  let isClear = true;
  for (const cell of verdict.cells) {
    let missing = minus(axis, cell.allowed);
    if (isEmpty(missing)) continue;
    const side = (set: AddressSet) => (direction === 'egress' ? { dst: set } : { src: set });
    const admitted = admitByReference(walk, flow, holder, direction, cell.references, missing);
    if (!isEmpty(admitted.byReference) && admitted.referencing !== undefined && direction === 'egress') {
      noted = {
        ...noted,
        byReference: {
          set: union(noted.byReference?.set ?? EMPTY, intersect(admitted.byReference, missing)),
          groupId: admitted.referencing,
        },
      };
    }
    missing = minus(missing, admitted.set);
    if (isEmpty(missing)) continue;
    isClear = false;
    if (cell.unreadable.length > 0) {
      for (const { component, message } of cell.unreadable) {
        walk.ledger.mark(flow, {
          effect: 'unknown',
          code: 'X_FACT_UNREADABLE',
          component,
          message,
          ports: cell.ports,
          ...side(missing),
        });
      }
      continue;
    }
    const doubtful = intersect(missing, admitted.doubtful);
    if (!isEmpty(doubtful)) {
      walk.ledger.mark(flow, {
        effect: 'unknown',
        code: 'X_FACT_UNREADABLE',
        component: first,
        message: admitted.doubt ?? `who belongs to the groups that ${namesOf(holder)} refers to cannot be seen`,
        ports: cell.ports,
        ...side(doubtful),
      });
      missing = minus(missing, doubtful);
    }
    if (isEmpty(missing)) continue;
    const { lost } = admitted;
    const whole = direction === 'egress' ? flow.dst : flow.src;
    walk.ledger.mark(flow, {
      effect: 'deny',
      code: lost?.code ?? (verdict.isEmpty ? 'SG_HAS_NO_RULES' : 'ENI_SG_RULES_MISMATCH'),
      component: lost?.component ?? first,
      message:
        lost?.message ??
        ((rest) => noRule(flow, holder, direction, verdict.isEmpty ? undefined : { cell, rest, whole })),
      ports: cell.ports,
      ...side(missing),
    });
  }
  if (isClear)
    walk.ledger.pass(
      flow,
      first,
      () => `security group ${namesOf(holder)} lets it ${direction === 'egress' ? 'out' : 'in'}`,
    );
  return noted;
}

const namesOf = ({ groupIds }: GroupHolder): string =>
  groupIds.map((id) => `\`${id}\``).join(' + ') || 'no security group';

function noRule(
  flow: Flow,
  holder: GroupHolder,
  direction: 'ingress' | 'egress',
  what: { readonly cell: GroupCell; readonly rest: AddressSet; readonly whole: AddressSet } | undefined,
): string {
  const [way, toward] = direction === 'egress' ? ['outbound', 'to'] : ['inbound', 'from'];
  const none = `security group ${namesOf(holder)} ${holder.groupIds.length > 1 ? 'have' : 'has'} no ${way} rule`;
  if (!what) return `${none} at all`;
  const ports = hasPorts(flow.protocol) ? ` ${formatPorts(what.cell.ports)}` : '';
  return `${none} for ${protocolName(flow.protocol)}${ports} ${toward} ${describePart(what.rest, what.whole)}`;
}

function admitByReference(
  walk: Walk,
  flow: Flow,
  holder: GroupHolder,
  direction: 'ingress' | 'egress',
  references: readonly { readonly reference: GroupReference; readonly groupId: string }[],
  missing: AddressSet,
): Admitted {
  let result = NOTHING;
  for (const { reference, groupId } of references) {
    if (reference.peeringStatus !== undefined && reference.peeringStatus !== 'active') continue;
    const one =
      direction === 'ingress'
        ? senderMatches(walk, flow, reference, groupId)
        : destinationMatches(walk, holder, flow, reference, missing);
    result = {
      set: union(result.set, one.set),
      byReference: union(result.byReference, one.set),
      referencing: result.referencing ?? (isEmpty(one.set) ? undefined : groupId),
      doubtful: union(result.doubtful, one.doubtful),
      doubt: result.doubt ?? one.doubt,
      lost: result.lost ?? one.lost,
    };
  }
  return result;
}

type Match = Pick<Admitted, 'set' | 'doubtful' | 'doubt' | 'lost'>;

const NO_MATCH: Match = { set: EMPTY, doubtful: EMPTY, doubt: undefined, lost: undefined };

/** A rule's reference matches the private addresses of interfaces that carry the group, while the packets keep their identity. */
function senderMatches(walk: Walk, flow: Flow, reference: GroupReference, groupId: string): Match {
  const { sender } = flow;
  walk.noticed.sender = true;
  if (!sender) {
    const lost = {
      code: 'SG_REFERENCES_NOT_PRESERVED',
      component: groupId,
      message: `security group \`${groupId}\` admits members of \`${reference.groupId}\`, but the packets lost that identity on the way`,
    };
    return { ...NO_MATCH, lost: flow.identityLost ? lost : undefined };
  }
  const broken = flow.crossings.find((crossing) => crossing.keepsIngressReferences === false);
  const unseen = flow.crossings.find((crossing) => crossing.keepsIngressReferences === 'unseen');
  const doubt = unseen && `whether \`${unseen.component}\` carries group references cannot be seen`;
  if (sender.groupIds === undefined) {
    const members = walk.model.membersOf(reference.groupId, flow.family).get(sender.vpcId) ?? EMPTY;
    const gap = walk.model.gapOf('networkInterface');
    return {
      ...NO_MATCH,
      set: broken || doubt !== undefined ? EMPTY : members,
      doubtful: gap ? flow.src : doubt !== undefined && !broken ? members : EMPTY,
      doubt: gap ? `members of \`${reference.groupId}\` cannot be seen (${describeGap(gap)})` : doubt,
    };
  }
  if (!sender.groupIds.includes(reference.groupId)) return NO_MATCH;
  if (!broken && doubt !== undefined) return { ...NO_MATCH, doubtful: flow.src, doubt };
  if (!broken) return { ...NO_MATCH, set: flow.src };
  return {
    ...NO_MATCH,
    lost: {
      code: broken.kind === 'transit-gateway' ? 'SG_REFERENCING_SUPPORT' : 'SG_REFERENCES_NOT_PRESERVED',
      component: groupId,
      message: `security group \`${groupId}\` admits members of \`${reference.groupId}\`, but \`${broken.component}\` does not carry group references`,
    },
  };
}

function destinationMatches(
  walk: Walk,
  holder: GroupHolder,
  flow: Flow,
  reference: GroupReference,
  missing: AddressSet,
): Match {
  const { target, model } = walk;
  const members = unionAll([...model.membersOf(reference.groupId, flow.family).values()]);
  const atTarget = target?.groupIds.includes(reference.groupId) ? target.addresses : EMPTY;
  const set = target ? union(minus(members, target.addresses), atTarget) : members;
  const gap = model.gapOf('networkInterface');
  if (gap) {
    const inside = union(
      minus(missing, PUBLIC_SPACE[flow.family]),
      intersect(missing, model.vpcSpace(holder.vpcId, flow.family)),
    );
    return {
      ...NO_MATCH,
      set,
      doubtful: inside,
      doubt: `members of \`${reference.groupId}\` cannot be seen (${describeGap(gap)})`,
    };
  }
  const group = model.find('securityGroup', reference.groupId);
  const connection =
    reference.peeringConnectionId === undefined
      ? undefined
      : model.find('vpcPeeringConnection', reference.peeringConnectionId);
  if (group.is !== 'there' && connection?.is === 'there') {
    const far =
      connection.value.accepter.vpcId === holder.vpcId ? connection.value.requester : connection.value.accepter;
    return {
      ...NO_MATCH,
      set,
      doubtful: intersect(missing, cidrsToSet(far.cidrs, flow.family)),
      doubt: `members of \`${reference.groupId}\` in the peer VPC cannot be seen`,
    };
  }
  return { ...NO_MATCH, set };
}
