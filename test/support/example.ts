import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

/** The compiled examples. */
const folder = fileURLToPath(new URL('../../examples/', import.meta.url));

/** The examples that need no platform. The others are among the slower tests; the first one has tests of its own. */
export const quickExamples: readonly string[] = ['02-your-own-api.js', '06-pages-of-every-kind.js'];

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** The names of all examples, in their order. */
export async function exampleNames(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => /^\d+-.*\.js$/.test(name)).sort();
}

/** Runs an example as a user does, with no settings in the environment. */
export function runExample(name: string, ...args: string[]): Promise<Outcome> {
  const { PATH, HOME, TMPDIR } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [join(folder, name), ...args], { env: { PATH, HOME, TMPDIR }, timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err });
    });
  });
}

/** The tests that passed in the output of node:test, in either of its forms, one a line; undefined for another output. */
function passedTests(output: string): string | undefined {
  const names = [...output.matchAll(/^(?:ok \d+ - |✔ )(.+?)(?: \([\d.]+ms\))?$/gm)].map(([, name]) => `${name}\n`);
  return names.length === 0 ? undefined : names.join('');
}

/** A test that an example runs as it is. @param expected What it prints. Default: anything. */
export function itRuns(name: string, expected?: string): void {
  it(`${name} runs with one command and ends well`, async () => {
    const { code, out, err } = await runExample(name);
    expect(err).to.equal('');
    expect(code, out).to.equal(0);
    expect(out).not.to.equal('');
    if (expected !== undefined) expect(passedTests(out) ?? out).to.equal(expected);
  }).timeout(60_000);
}
