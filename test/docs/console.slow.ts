import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { settled, withScreens } from './support/console-screens.js';

describe('docs/console.md', () => {
  it('shows what the console shows', async function () {
    this.timeout(120_000);
    const document = readFileSync('docs/console.md', 'utf8');
    const blocks = (text: string): string[] => (text.match(/^```console\n[\s\S]*?^```$/gm) ?? []).map(settled);
    expect(blocks(document)).to.have.length.above(3);
    // node out/test/docs/support/write-console.js writes them anew.
    expect(blocks(document)).to.deep.equal(blocks(await withScreens(document)));
  });
});
