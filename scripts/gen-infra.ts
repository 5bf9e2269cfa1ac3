import { writeFileSync } from 'node:fs';
import {
  changePattern,
  otherChangePattern,
  readPolicy,
  STACK_RESOURCES,
  stackPattern,
  tamperPattern,
} from '../infra/generate.ts';

/** Writes infra/generated from the kinds table (run in the project's folder); a test fails when the files are not what this would write. */
const write = (name: string, value: unknown): void =>
  writeFileSync(`infra/generated/${name}`, `${JSON.stringify(value, null, 2)}\n`);

write('read-policy.json', readPolicy());
write('change-pattern.json', changePattern());
write('other-change-pattern.json', otherChangePattern());
write('stack-pattern.json', stackPattern());
write('tamper-pattern.json', tamperPattern(STACK_RESOURCES));
