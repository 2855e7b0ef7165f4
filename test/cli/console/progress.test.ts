import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { Progress } from '../../../src/cli/console/progress.js';

describe('the progress that a console shows', () => {
  /** What a terminal of 20 columns is given. */
  function shown(draw: (progress: Progress) => void): string {
    const screen = Object.assign(new PassThrough(), { isTTY: true, columns: 20 });
    draw(new Progress(screen));
    return String(screen.read());
  }

  it('has nothing of the platform in it that moves the cursor', () => {
    const text = shown((progress) => progress.begin({}, 'Run(id=\u001b[2Ja\nb)'));
    expect(text).not.to.contain('\u001b').and.not.to.contain('\n');
  });

  it('fits the line, however wide its characters are', () => {
    const text = shown((progress) => progress.begin({}, '東京'.repeat(20)));
    expect(stripVTControlCharacters(text)).to.equal(`${'東京東京東京東京東'}…`);
  });
});
