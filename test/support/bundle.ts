import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { root } from './consumer.js';

/** A bundle for browsers. */
export interface Bundle {
  /** Every file that is in it, and how it imports others. */
  inputs: Metafile['inputs'];
  /** Bytes after minification and gzip of what is loaded at first: the entry and what it imports statically. */
  first: number;
  /** The same of what is loaded when it is needed. */
  later: number;
  /** The code by file name. */
  files: ReadonlyMap<string, string>;
  /** The name of the entry's file. */
  entry: string;
}

/**
 * Bundles code for browsers with esbuild, as an application would with the built package.
 *
 * @param conditions Further conditions of package.json. Default: those that esbuild has by itself.
 */
export async function bundle(code: string, conditions?: string[]): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: code, resolveDir: root, sourcefile: 'page.js' },
    bundle: true,
    splitting: true,
    format: 'esm',
    minify: true,
    platform: 'browser',
    target: 'es2022',
    conditions,
    outdir: 'bundle',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const nameOf = (path: string): string => path.split(/[\\/]/).pop() ?? '';
  const files = new Map(outputFiles.map(({ path, text }) => [nameOf(path), text]));
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [nameOf(path), output]));
  const entry = [...outputs].find(([, { entryPoint }]) => entryPoint?.endsWith('page.js'))?.[0] ?? '';
  const first = new Set<string>();
  const visit = (name: string): void => {
    if (first.has(name)) return;
    first.add(name);
    for (const { path, kind } of outputs.get(name)?.imports ?? []) if (kind === 'import-statement') visit(nameOf(path));
  };
  visit(entry);
  const size = (names: Iterable<string>): number =>
    [...names].reduce((total, name) => total + gzipSync(files.get(name) ?? '', { level: 9 }).length, 0);
  const later = [...files.keys()].filter((name) => !first.has(name));
  return { inputs: metafile.inputs, first: size(first), later: size(later), files, entry };
}

/** What users load at first, by its name. */
export const entries = {
  core: "export * from 'remote-record';",
  'core and Moderately AI': "export * from 'remote-record'; export * as moderately from 'remote-record/moderately';",
  'core and aiXplain': "export * from 'remote-record'; export * as aixplain from 'remote-record/aixplain';",
  'entities of one’s own':
    "import { BaseResource, Connection, DeleteResourceMixin, Entity, Field, GetResourceMixin, SearchResourceMixin } from 'remote-record'; globalThis.page = [BaseResource, Connection, DeleteResourceMixin, Entity, Field, GetResourceMixin, SearchResourceMixin];",
  everything:
    "export * from 'remote-record'; export * as vendor from 'remote-record/vendor'; export * as moderately from 'remote-record/moderately'; export * as aixplain from 'remote-record/aixplain';",
} as const;
