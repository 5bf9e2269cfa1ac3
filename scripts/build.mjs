// Builds the command line beside the packages it imports: node scripts/build.mjs [folder]
// What it loads only when needed (the AWS SDK) is in files of its own.
import { build } from 'esbuild';

const [, , outdir = 'dist'] = process.argv;
await build({
  entryPoints: { cli: 'cli/main.ts' },
  outdir,
  splitting: true,
  chunkNames: 'parts/[name]-[hash]',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
});
