// Runs a TypeScript script of this project: node scripts/run-ts.mjs scripts/gen-infra.ts [arguments]
import { mkdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [, , script] = process.argv;
if (script === undefined) {
  console.error('usage: node scripts/run-ts.mjs SCRIPT.ts');
  process.exit(2);
}
mkdirSync('dist/scripts', { recursive: true });
const outfile = resolve('dist/scripts', `${basename(script, '.ts')}.mjs`);
await build({
  entryPoints: [script],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'warning',
});
process.argv.splice(1, 2, outfile);
await import(pathToFileURL(outfile).href);
