import { embeddedState } from '../../shared/adapters/embedded-state.ts';
import { instant } from '../../shared/core/base/instant.ts';
import type { Remembered } from '../../shared/core/drift/transition.ts';

/** Commits for ever, one dot a commit; a test kills it. The number of findings is the version, so a torn commit would show. */
const [directory] = process.argv.slice(2);
const store = embeddedState(directory ?? '');
const finding = (index: number): Remembered => ({
  requirement: `requirement-${index}`,
  subject: 'subnet-1',
  title: 'x'.repeat(2000),
  severity: 'required',
  status: 'fail',
  lastKnown: 'fail',
  since: instant(0),
  cause: '',
  reasons: [],
  fixes: [],
});
const summary = { pass: 0, fail: 1, unknown: 0, notApplicable: 0, waived: 0 };
for (;;) {
  const { head } = await store.load('prod');
  const expectedVersion = head?.version ?? 0;
  const version = expectedVersion + 1;
  await store.commit('prod', {
    expectedVersion,
    batch: {
      network: 'prod',
      version,
      at: instant(version),
      baseline: true,
      verdict: 'fail',
      summary,
      transitions: [],
    },
    findings: Array.from({ length: version }, (_, index) => finding(index)),
    settledChanges: [],
  });
  process.stdout.write('.');
}
