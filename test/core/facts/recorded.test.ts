import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { contradictionsIn } from '../../../shared/core/facts/contradictions.ts';
import { objectsInTransition } from '../../../shared/core/facts/in-transition.ts';
import { groupsIn, referencedVpcs, referencesIn } from '../../../shared/core/facts/references.ts';
import { parseBundle } from '../../../shared/core/facts/snapshot.ts';
import { recordedFolder } from '../../support/corpus.ts';

const folder = recordedFolder();

function bundlesIn(path: string): readonly string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const file = join(path, entry.name);
    return entry.isDirectory() ? bundlesIn(file) : entry.name.endsWith('.json') ? [file] : [];
  });
}

const files = folder === undefined ? [] : bundlesIn(folder);

describe('networks that were recorded elsewhere', () => {
  it('parse without a crash, with a gap for each kind that is not there', () => {
    const told = files.map((file) => {
      const bundle = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
      const snapshot = parseBundle(bundle);
      referencesIn(bundle, { vpcId: 'vpc-none' });
      groupsIn(bundle);
      referencedVpcs(bundle, 'vpc-none');
      contradictionsIn(bundle);
      objectsInTransition(snapshot);
      const unseen = Object.values(snapshot.facts).filter(({ items, gaps }) => items.size === 0 && gaps.length > 0);
      const objects = Object.values(snapshot.facts).reduce((sum, { items }) => sum + items.size, 0);
      return { file, objects, unseen: unseen.length };
    });

    if (folder === undefined) return;
    expect(files.length).toBeGreaterThan(12);
    for (const { file, objects, unseen } of told) expect([file, objects > 0, unseen > 0]).toEqual([file, true, true]);
  });
});
