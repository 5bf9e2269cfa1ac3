import { writeFileSync } from 'node:fs';
import { changePattern, describeActions } from '../infra/generate.ts';

/** Writes infra/generated from the kinds table (run in the project's folder); a test fails when the files are not what this would write. */
const write = (name: string, value: unknown): void =>
  writeFileSync(`infra/generated/${name}`, `${JSON.stringify(value, null, 2)}\n`);

write('describe-actions.json', describeActions());
write('change-pattern.json', changePattern());
