import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { progressBar } from '../../src/polling/progress-bar.js';

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

  it('has a line for each wait that is shown at the same time', async () => {
    const { stream: terminal, drawn } = stream(true);
    const [one, other] = await Promise.all([progressBar('first', terminal), progressBar('second', terminal)]);
    one?.show({ fraction: 0.5, message: 'half' });
    one?.end();
    other?.show({ fraction: 1, message: 'whole' });
    other?.end();
    const lines = drawn()
      .slice(drawn().lastIndexOf('first'))
      .split(/[\r\n]+/);
    expect(lines[0]).to.match(/^first .* 50% half/);
    expect(lines[1]).to.match(/second .* 100% whole/);
    expect((await progressBar('third', terminal))?.end()).to.equal(undefined);
    expect(drawn().slice(drawn().lastIndexOf('third'))).to.not.contain('first');
  });

  it('leaves Ctrl-C to the process', async () => {
    const listeners = process.listenerCount('SIGINT');
    const bar = await progressBar('first', stream(true).stream);
    expect(process.listenerCount('SIGINT')).to.equal(listeners);
    bar?.end();
  });

  it('is not drawn when the stream is not a terminal', async () => {
    const { stream: pipe, drawn } = stream(false);
    expect(await progressBar('PipelineExecution pe_1', pipe)).to.equal(null);
    expect(drawn()).to.equal('');
  });
});
