import { transformSync } from 'esbuild';

const process = (source, path) =>
  transformSync(source, { loader: 'ts', format: 'esm', target: 'esnext', sourcemap: 'inline', sourcefile: path });

export default { process, processAsync: async (source, path) => process(source, path) };
