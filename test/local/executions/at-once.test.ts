import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Platform } from '../../../src/local/context.js';
import type { BlockHandler } from '../../../src/local/engine/types.js';
import { endedAtOnce } from '../../../src/local/executions/at-once.js';
import type { PipelineExecutionRow } from '../../../src/local/store/schema.js';
import { throughBlock } from '../support/platform.js';

const [created, now] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'];
const path = join(tmpdir(), `at-once-${process.pid}.json.gz`);

const ended = (configuration: object, input: unknown, handlers: [string, BlockHandler][] = []) => {
  const platform = { clock: { now: () => Date.parse(now) }, handlers: new Map(handlers), blobs: { temporaryFile: () => path } };
  const row = { status: 'pending', pipelineInput: JSON.stringify(input), progressData: '{}', createdAt: created, updatedAt: created };
  return endedAtOnce(platform as unknown as Platform, row as PipelineExecutionRow, JSON.stringify(configuration));
};

describe('An execution that is done at once', () => {
  it('has its output, its progress and its times in its first row', async () => {
    const row = await ended(throughBlock('identity'), { given: 1 });
    expect(row).to.include({ status: 'completed', pipelineOutput: '{"output":1}', pipelineOutputSummary: 'output: 1' });
    expect(row).to.include({ createdAt: created, startedAt: now, completedAt: now, updatedAt: now, currentStep: 3, totalSteps: 3 });
    expect(JSON.parse(row?.progressData ?? '').blocks.work).to.deep.equal({ type: 'identity', state: 'finished' });
  });

  it('fails with the message of its block', async () => {
    const { blocks, ...rest } = throughBlock('identity');
    const given = { id: 'given', type: 'input', config: { json_schema: { type: 'string' } } };
    const row = await ended({ ...rest, blocks: { ...blocks, given } }, { given: 1 });
    expect(row).to.include({ status: 'failed', startedAt: now, failedAt: now, updatedAt: now });
    expect(JSON.parse(row?.progressData ?? '').errors).to.have.length(1);
  });

  it('calls no handler, and is no configuration that can take long', async () => {
    const handler: BlockHandler = () => 1;
    expect(await ended(throughBlock('mine'), { given: 1 }, [['mine', handler]])).to.equal(undefined);
    expect(await ended(throughBlock('identity'), { given: 1 }, [['identity', handler]])).to.equal(undefined);
    expect(await ended(throughBlock('transform', { operations: [] }), { given: [] })).to.equal(undefined);
  });

  it('leaves an output that its row does not hold to a job, and no file of it', async () => {
    const template = '{{ data }}'.repeat(300);
    expect(await ended(throughBlock('string_template', { template }), { given: 'x'.repeat(500) })).to.include({ status: 'completed' });
    const long = throughBlock('string_template', { template: '{{data}}'.repeat(220) });
    const row = await ended(long, { given: '€'.repeat(1750) });
    expect(row).to.equal(undefined);
    const error: unknown = await access(path).catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'ENOENT');
  });
});
