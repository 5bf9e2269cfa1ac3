import type { AttachedGateway } from '../../facts/kinds/internet-gateway.ts';
import type { Seen } from '../../model/seen.ts';
import type { Flow } from '../flow.ts';
import { markHidden, type Walk } from '../walk-context.ts';

/** The SDK's type and the API spell the good state differently; both are good (semantics.md 1.4). */
const WORKING: ReadonlySet<string> = new Set(['available', 'attached']);

/** Marks why the gateway does not serve this VPC; true when the packets may go on. */
export function checkAttachment(
  walk: Walk,
  flow: Flow,
  gateway: Seen<AttachedGateway>,
  id: string,
  vpcId: string,
  name: string,
): boolean {
  if (gateway.is === 'hidden') {
    markHidden(walk, flow, gateway.gap, id, `${name} \`${id}\``);
    return true;
  }
  if (gateway.is === 'absent') {
    walk.ledger.mark(flow, {
      effect: 'unknown',
      code: 'X_FACT_UNREADABLE',
      component: id,
      message: `${name} \`${id}\` was not seen, though an active route leads to it`,
    });
    return true;
  }
  const attachment = gateway.value.attachments.find((item) => item.vpcId === vpcId);
  if (attachment && WORKING.has(attachment.state)) return true;
  const why = attachment ? `is ${attachment.state}` : `is not attached to \`${vpcId}\``;
  walk.ledger.mark(flow, {
    effect: 'deny',
    code: 'BAD_STATE_ATTACHMENT',
    component: id,
    message: `${name} \`${id}\` ${why}`,
  });
  return false;
}

/** Encryption controls in `enforce` mode shut gateways that are not excluded; the exclusions are not modelled (semantics.md 1.13). */
export function checkEncryption(walk: Walk, flow: Flow, vpcId: string): void {
  const vpc = walk.model.find('vpc', vpcId);
  if (vpc.is === 'there' && vpc.value.encryptionMode === 'enforce') {
    walk.ledger.mark(flow, {
      effect: 'unknown',
      code: 'X_NOT_MODELLED',
      component: vpcId,
      message: `VPC encryption controls of \`${vpcId}\` enforce encryption; what they exclude is not modelled`,
    });
  }
}
