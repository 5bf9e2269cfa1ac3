import { describe, expect, it } from '@jest/globals';
import type { Attribution } from '../../../shared/core/drift/change.ts';
import type { Status } from '../../../shared/core/drift/transition.ts';
import { isUnannounced } from '../../../shared/core/drift/unannounced.ts';

const ALL: readonly Status[] = ['absent', 'pass', 'fail', 'waived', 'unknown'];

describe('a change that no event has told of', () => {
  it('is one of the network: neither a waiver nor a loss of sight, nor the end of either', () => {
    const pairs = ALL.flatMap((from) => ALL.map((to) => ({ from, to, attribution: [] })));

    expect(pairs.filter(isUnannounced).filter(({ from, to }) => from !== to)).toEqual([
      { from: 'absent', to: 'pass', attribution: [] },
      { from: 'absent', to: 'fail', attribution: [] },
      { from: 'pass', to: 'absent', attribution: [] },
      { from: 'pass', to: 'fail', attribution: [] },
      { from: 'fail', to: 'absent', attribution: [] },
      { from: 'fail', to: 'pass', attribution: [] },
    ]);
  });

  it('is not one that a person or a service is named for', () => {
    expect(isUnannounced({ from: 'pass', to: 'fail', attribution: [{} as Attribution] })).toBe(false);
  });
});
