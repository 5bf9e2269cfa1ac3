// Builds the command line beside the packages it imports. What it loads only when needed (the AWS SDK) is in files of its own.
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist/parts', { recursive: true, force: true });

await build({
  entryPoints: { cli: 'cli/main.ts' },
  outdir: 'dist',
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
