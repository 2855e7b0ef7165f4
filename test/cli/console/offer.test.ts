import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';
import { Terminal } from './support/terminal.js';

describe('the console without a key, at a terminal', () => {
  let platform: LocalPlatform;

  before(async () => {
    platform = await LocalPlatform.start({ port: false });
  });

  after(() => platform.close());

  it('offers the local platform, and works with it', async () => {
    const terminal = new Terminal(platform, {});
    expect(await terminal.shows(/\[Y\/n\] $/)).to.contain('There is no key');
    terminal.type('\r');
    expect(await terminal.ready()).to.contain('local platform');
    expect(await terminal.line('1 + 1')).to.equal('2\n');
    expect(await terminal.leave()).to.equal(0);
  });

  for (const [answer, keys] of [
    ['no', 'n\r'],
    ['the end of the input', '\x04'],
    ['Ctrl+C', '\x03'],
  ] as const) {
    it(`says what to set after ${answer}`, async () => {
      const terminal = new Terminal(platform, {});
      await terminal.shows(/\[Y\/n\] $/);
      terminal.type(keys);
      expect(await terminal.ended).to.equal(2);
      expect(terminal.streams.err()).to.contain('MODERATELY_API_KEY').and.contain('TEAM_API_KEY');
    });
  }
});
