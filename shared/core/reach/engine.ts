import type { SecurityGroup } from '../facts/kinds/security-group.ts';
import { type NetworkModel, withSecurityGroup } from '../model/network-model.ts';
import { type Alikes, alikesOf } from './alike.ts';
import { createMemo, type Memo } from './memo.ts';

/** A model with everything evaluated on it so far. */
export interface Engine {
  readonly model: NetworkModel;
  readonly memo: Memo;
  readonly alikes: Alikes;
}

export const createEngine = (model: NetworkModel): Engine => ({
  model,
  memo: createMemo(model),
  alikes: alikesOf(model),
});

/** The engine for the same network with other rules in one security group; whatever does not depend on them stays evaluated. */
export function afterGroupChange({ model, memo, alikes }: Engine, group: SecurityGroup): Engine {
  const changed = withSecurityGroup(model, group);
  return { model: changed, memo: memo.afterChangeOf(group.id, changed), alikes };
}
