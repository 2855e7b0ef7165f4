import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';
import { commandLine, pollQuickly } from '../../cli/support/command-line.js';
import { idsIn, wordsOf } from './console-blocks.js';

/** The files that the commands of the document read. */
export const files: Readonly<Record<string, string>> = {
  'airports.csv': 'iata,city\nOSL,Oslo\nFCO,Rome\n',
  'datasets.jsonl': '{"name": "Routes", "description": "Flights a day"}\n{"name": "Airlines"}\n',
  'greeter.json': JSON.stringify({
    id: 'greeter',
    name: 'Greeter',
    blocks: {
      text: { id: 'text', type: 'input', config: { json_schema: { type: 'string' } } },
      greeting: { id: 'greeting', type: 'string_template', config: { template: 'Hello {{ text }}' } },
      result: { id: 'result', type: 'output', config: { name: 'greeting' } },
    },
    connections: [
      { source_block_id: 'text', source_port: 'data', target_block_id: 'greeting', target_port: 'text' },
      { source_block_id: 'greeting', source_port: 'data', target_block_id: 'result', target_port: 'data' },
    ],
  }),
};

/** Runs the commands of a document one after another, with the ids that they make in place of those in the document. */
export async function runShown(
  shown: readonly { command: string; output: string }[],
  visit: (actual: string, index: number) => void,
): Promise<void> {
  const platform = await LocalPlatform.start();
  const folder = await mkdtemp(join(tmpdir(), 'remote-record-docs-'));
  const before = process.cwd();
  const undo = pollQuickly();
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    process.chdir(folder);
    const env = { MODERATELY_BASE_URL: platform.url, MODERATELY_API_KEY: platform.apiKey, MODERATELY_TEAM_ID: platform.teamId };
    const ids = new Map<string, string>();
    for (const [index, { command, output }] of shown.entries()) {
      const [program, ...args] = wordsOf(command);
      expect(program).to.equal('remote-record');
      const given = args.map((arg) => [...ids].reduce((text, [known, own]) => text.replaceAll(known, own), arg));
      const { out } = await commandLine(given, { env, merged: true });
      visit(out, index);
      const made = idsIn(out);
      for (const [at, known] of idsIn(output).entries()) if (made[at] !== undefined) ids.set(known, made[at]);
    }
  } finally {
    undo();
    process.chdir(before);
    await rm(folder, { recursive: true, force: true });
    await platform.close();
  }
}
