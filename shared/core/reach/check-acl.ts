import type { Subnet } from '../facts/kinds/subnet.ts';
import { type AddressSet, intersect, isEmpty, minus, union } from '../net/interval-set.ts';
import { formatPorts, hasPorts, protocolName } from '../net/protocol.ts';
import { describePart } from './describe.ts';
import type { Flow } from './flow.ts';
import type { Text } from './ledger.ts';
import type { AclCell } from './network-acl-filter.ts';
import { markHidden, type Walk } from './walk-context.ts';

/** Packets cross the edge of a subnet. `egress` rules look at the destination, `ingress` rules at the source. */
export function checkAcl(walk: Walk, flow: Flow, subnet: Subnet, direction: 'ingress' | 'egress'): void {
  if (walk.routesOnly) return;
  const acl = walk.model.networkAclOf(subnet);
  if (acl.is !== 'there') {
    if (acl.is === 'hidden') markHidden(walk, flow, acl.gap, subnet.id, `the network ACL of subnet \`${subnet.id}\``);
    return;
  }
  const cells = walk.memo.acl(acl.value, direction === 'egress', flow.family, flow.protocol, flow.ports);
  const axis = direction === 'egress' ? flow.dst : flow.src;
  const blocked = cells.map((cell) => minus(axis, cell.allowed));
  if (blocked.every(isEmpty)) {
    walk.ledger.pass(
      flow,
      acl.value.id,
      () =>
        `network ACL \`${acl.value.id}\` lets it ${direction === 'egress' ? 'out of' : 'into'} subnet \`${subnet.id}\``,
    );
    return;
  }
  const mark = (set: AddressSet, effect: 'deny' | 'unknown', code: string, message: Text, cell?: AclCell) => {
    walk.ledger.mark(flow, {
      effect,
      code,
      component: acl.value.id,
      message,
      ...(direction === 'egress' ? { dst: set } : { src: set }),
      ...(cell ? { ports: cell.ports } : {}),
    });
  };
  const always = blocked.reduce((a, b) => intersect(a, b));
  const sometimes = minus(
    blocked.reduce((a, b) => union(a, b)),
    always,
  );
  const name = `network ACL \`${acl.value.id}\` of subnet \`${subnet.id}\``;
  const way = direction === 'egress' ? 'out' : 'in';
  const what = `${flow.leg === 'return' ? 'replies on ' : ''}${protocolName(flow.protocol)}${hasPorts(flow.protocol) ? ` ${formatPorts(flow.ports)}` : ''}`;
  if (flow.leg === 'forward') {
    cells.forEach((cell, index) => {
      const set = blocked[index];
      if (set && !isEmpty(set))
        mark(
          set,
          'deny',
          'SUBNET_ACL_RESTRICTION',
          (part) => `${name} does not let ${what} ${way}${because(cell, part, axis)}`,
          cell,
        );
    });
    return;
  }
  const first = cells[0];
  if (!isEmpty(always) && first)
    mark(
      always,
      'deny',
      'SUBNET_ACL_RESTRICTION',
      (part) => `${name} does not let ${what} ${way}${because(first, part, axis)}`,
    );
  if (isEmpty(sometimes)) return;
  const lost = cells.filter((_, index) => intersect(blocked[index] ?? [], sometimes).length > 0);
  const closed = lost.map((cell) => formatPorts(cell.ports));
  const some = `${closed.slice(0, 3).join(', ')}${closed.length > 3 ? ', …' : ''}`;
  if (flow.partly === 'fails') {
    mark(
      sometimes,
      'deny',
      'SUBNET_ACL_RESTRICTION',
      () =>
        `${name} does not let replies on ${protocolName(flow.protocol)} ${some} ${way}, so some connections fail now and then`,
    );
  } else {
    // Each part of the addresses loses ports of its own.
    for (const cell of lost) {
      const index = cells.indexOf(cell);
      const set = intersect(blocked[index] ?? [], sometimes);
      walk.ledger.mark(flow, {
        effect: 'unknown',
        code: 'X_EPHEMERAL_RANGE_ASSUMED',
        component: acl.value.id,
        message: `${name} does not let the reply ${way} on ports ${some}; whether the client uses them is not declared`,
        ...(direction === 'egress' ? { dst: set } : { src: set }),
        lost: [cell.ports],
        of: flow.ports,
      });
    }
  }
}

/** Which rule decides, or that none matches. */
function because(cell: AclCell, set: AddressSet, axis: AddressSet): string {
  const rule = cell.denied.find((denied) => !isEmpty(intersect(denied.set, set)));
  const where = describePart(set, axis);
  return rule
    ? ` (rule ${rule.ruleNumber === 32767 ? '*' : rule.ruleNumber} denies ${where})`
    : ` (no rule allows ${where})`;
}
