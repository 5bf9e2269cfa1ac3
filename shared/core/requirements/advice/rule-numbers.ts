import type { NetworkAcl } from '../../facts/kinds/network-acl.ts';

/** The rule `*`, which nobody can change. */
export const LAST_RULE = 32767;

/** Numbers for rules that are to be added, so that no two pieces of advice of one report take the same. */
export class RuleNumbers {
  private readonly given = new Map<string, number>();

  /** A free number before the rule that denies; the same rule gets the same number. Undefined when none is free. */
  before(deny: number, acl: NetworkAcl, egress: boolean, rule: string): number | undefined {
    const list = `${acl.id} ${egress} `;
    const known = this.given.get(list + rule);
    if (known !== undefined) return known;
    const used = new Set([
      ...acl.entries.filter((entry) => entry.egress === egress).map(({ ruleNumber }) => ruleNumber),
      ...[...this.given].filter(([key]) => key.startsWith(list)).map(([, number]) => number),
    ]);
    // After the rules that are there when nothing but `*` denies it, else right before the denial.
    const [from, step] =
      deny === LAST_RULE ? [Math.max(0, ...[...used].filter((number) => number < LAST_RULE)) + 1, 1] : [deny - 1, -1];
    for (let number = from; number > 0 && number < deny; number += step) {
      if (used.has(number)) continue;
      this.given.set(list + rule, number);
      return number;
    }
    return undefined;
  }
}
