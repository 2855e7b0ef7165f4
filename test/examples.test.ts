import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from './support/consumer.js';
import { exampleNames, itRuns, quickExamples } from './support/example.js';
import { outputs } from './support/example-outputs.js';

describe('the examples of an API of one’s own', () => {
  it('are there', async () => {
    expect(await exampleNames()).to.include.members([...quickExamples, '01-quickstart.js']);
  });

  it('are all in the index', async () => {
    const index = await readFile(join(root, 'examples', 'README.md'), 'utf8');
    const missing = (await exampleNames()).filter((name) => !index.includes(`](${name.replace(/js$/, 'ts')})`));
    expect(missing).to.deep.equal([]);
  });

  for (const name of quickExamples) itRuns(name, outputs[name]);
});
