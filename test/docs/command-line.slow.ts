import { expect } from 'chai';
import { shownCommands, withoutChance } from './support/console-blocks.js';
import { runShown } from './support/run-shown.js';

describe('the document about the command line', function () {
  this.timeout(120_000);

  it('shows what its commands print', async () => {
    const shown = await shownCommands('command-line.md');
    expect(shown.length).to.be.above(10);
    await runShown(shown, (actual, index) => {
      const { command, output } = shown[index]!;
      expect(withoutChance(actual), command).to.equal(withoutChance(output));
    });
  });
});
