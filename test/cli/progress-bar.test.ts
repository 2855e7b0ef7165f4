import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { progressBar } from '../../src/cli/progress-bar.js';

/** A stream that says whether it is a terminal, and keeps what is drawn on it. */
function stream(isTTY: boolean): { stream: NodeJS.WriteStream; drawn: () => string } {
  let text = '';
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    columns: 100,
    rows: 10,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  });
  stream.on('data', (chunk) => {
    text += String(chunk);
  });
  return { stream: stream as unknown as NodeJS.WriteStream, drawn: () => text };
}

describe('the progress bar', () => {
  it('draws how far a wait is on a terminal, and what is being done', async () => {
    const { stream: terminal, drawn } = stream(true);
    const bar = await progressBar('PipelineExecution pe_1', terminal);
    bar?.show({ fraction: 0.25, message: 'joining' });
    bar?.show({ step: 3, steps: 4 });
    bar?.show({ message: 'nearly there' });
    bar?.end();
    expect(drawn()).to.contain('PipelineExecution pe_1').and.contain('75%').and.contain('nearly there');
  });

  it('is not there where nobody is looking', async () => {
    const { stream: pipe, drawn } = stream(false);
    expect(await progressBar('PipelineExecution pe_1', pipe)).to.equal(null);
    expect(drawn()).to.equal('');
  });
});
