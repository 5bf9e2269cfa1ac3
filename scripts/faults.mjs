// Runs the pipeline under faults from seeds chosen at random, which are printed: npm run test:faults; FAULT_SEED and FAULT_RUNS repeat a run
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';

const given = process.env.FAULT_SEED;
const seeds = given === undefined ? [1, 2, 3].map(() => String(randomInt(1, 2 ** 31))) : [given];
const runs = process.env.FAULT_RUNS ?? '1000';

for (const seed of seeds) {
  console.log(`${runs} runs from seed ${seed}`);
  const { status } = spawnSync('npx', ['jest', 'test/faults', ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: {
      ...process.env,
      FAULT_SEED: seed,
      FAULT_RUNS: runs,
      NODE_OPTIONS: '--experimental-vm-modules --no-warnings',
    },
  });
  if (status !== 0) process.exit(status ?? 1);
}
