import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { LocalPlatform } from '../../src/local/index.js';
import { Moderately } from '../../src/moderately/index.js';
import { heldPipeline } from './support/held.js';
import type { Task } from './support/resumer.js';

const count = 50;

function begin(task: Task): ChildProcess {
  const child = fork(fileURLToPath(new URL('./support/resumer.js', import.meta.url)), [], { execArgv: [] });
  child.send(task);
  return child;
}

const told = async <T>(child: ChildProcess): Promise<T> => ((await once(child, 'message')) as [T])[0];

describe('executions whose process was killed', function () {
  this.timeout(30_000);

  it('are all taken up by another, from their tokens', async () => {
    const platform = await LocalPlatform.start();
    const options = { baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId };
    const mai = new Moderately(options);
    const children: ChildProcess[] = [];
    try {
      let open = (): void => undefined;
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      const version = await heldPipeline(platform, mai, () => opened);
      const first = begin({ options, start: { versionId: version.id!, count } });
      children.push(first);
      const tokens = await told<string[]>(first);
      first.kill('SIGKILL');
      await once(first, 'exit');
      expect(tokens).to.have.length(count);
      for (const token of tokens) {
        expect(Object.keys(JSON.parse(token))).to.have.members(['v', 'class', 'id', 'deadline']);
        expect(token.length).to.be.lessThan(200);
        expect(token).not.to.contain(platform.apiKey);
      }
      const second = begin({ options, resume: tokens });
      children.push(second);
      await told(second);
      open();
      const ended = await told<{ id: string; status: string; output: unknown }[]>(second);
      expect(ended.map(({ id }) => id)).to.deep.equal(tokens.map((token) => JSON.parse(token).id));
      expect(ended.map(({ status, output }) => [status, output])).to.deep.equal(
        Array.from({ length: count }, (_, n) => ['completed', { out: n }]),
      );
    } finally {
      for (const child of children) child.kill('SIGKILL');
      await mai.close();
      await platform.close();
    }
  });
});
