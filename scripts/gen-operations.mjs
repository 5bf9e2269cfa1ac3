// Writes the compact table of classified EC2 operations: node scripts/gen-operations.mjs ec2-network-mutations.json
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [source] = process.argv.slice(2);
if (source === undefined) {
  console.error('usage: node scripts/gen-operations.mjs ec2-network-mutations.json');
  process.exit(2);
}
const operations = JSON.parse(readFileSync(source, 'utf8'));
const byEffect = {};
for (const { operation, affects } of operations) {
  byEffect[affects] ??= [];
  byEffect[affects].push(operation);
}
for (const list of Object.values(byEffect)) list.sort();
const target = fileURLToPath(new URL('../shared/core/drift/operations.data.json', import.meta.url));
writeFileSync(target, `${JSON.stringify(Object.fromEntries(Object.entries(byEffect).sort()))}\n`);
console.log(`${operations.length} operations`);
