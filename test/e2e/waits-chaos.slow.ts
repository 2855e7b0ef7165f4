import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { OperationFailedError, waitAll } from '../../src/index.js';
import { LocalPlatform } from '../../src/local/index.js';
import { Moderately, type PipelineExecution } from '../../src/moderately/index.js';
import { Chaos, chances } from './support/chaos.js';
import { heldPipeline } from './support/held.js';

const count = 1000;
const seconds = 30;

describe('a thousand waits for a platform in trouble', function () {
  this.timeout(180_000);
  let platform: LocalPlatform;
  let chaos: Chaos;
  let mai: Moderately;
  before(async () => {
    platform = await LocalPlatform.start({ port: false });
    chaos = new Chaos(platform, chances(7));
    mai = new Moderately({ baseUrl: await chaos.listen(), apiKey: platform.apiKey, teamId: platform.teamId });
  });
  after(async () => {
    await mai.close();
    await chaos.close();
    await platform.close();
  });

  it('each end right, once', async () => {
    let open = (_now: number): void => undefined;
    const opened = new Promise<number>((resolve) => {
      open = resolve;
    });
    const version = await heldPipeline(platform, mai, async (number) => {
      const at = (await opened) + (number / count) * seconds * 1000;
      await sleep(Math.max(0, at - Date.now()));
      if (number % 5 === 0) throw new Error(`number ${number} is not wanted`);
    });
    const executions: PipelineExecution[] = [];
    for (let number = 0; number < count; number++) executions.push(await version.execute({ in: number }));
    const ends = new Map<string, string[]>();
    const note = (id: string | null, end: string): void => void ends.set(id!, [...(ends.get(id!) ?? []), end]);
    for (const execution of executions) {
      execution.on('complete', () => note(execution.id, 'complete'));
      execution.on('fail', () => note(execution.id, 'fail'));
    }
    chaos.wild = true;
    open(Date.now());
    const calm = setTimeout(() => {
      chaos.wild = false;
    }, seconds * 1000);
    const outcomes = await waitAll(executions, { timeout: 150 });
    clearTimeout(calm);
    for (const { index, ...outcome } of outcomes) {
      const id = executions[index]!.id!;
      if (index % 5 === 0) {
        expect(outcome.status, `${index}`).to.equal('rejected');
        const { reason } = outcome as { reason: Error };
        expect(reason, String(reason)).to.be.instanceOf(OperationFailedError);
        expect(reason.message).to.contain(`number ${index} is not wanted`);
        expect(ends.get(id)).to.deep.equal(['fail']);
      } else {
        expect(outcome.status, `${index}: ${(outcome as { reason?: unknown }).reason}`).to.equal('fulfilled');
        expect(executions[index]!.pipelineOutput).to.deep.equal({ out: index });
        expect(ends.get(id)).to.deep.equal(['complete']);
      }
    }
    expect(Object.keys(chaos.troubles)).to.have.length(6);
    for (const times of Object.values(chaos.troubles)) expect(times).to.be.greaterThan(5);
  });
});
