import type { LocalPlatform } from '../../../src/local/index.js';
import type { Moderately, PipelineConfigurationVersion } from '../../../src/moderately/index.js';

/** A configuration whose one block the test decides about. */
const configuration = {
  id: 'held',
  name: 'held',
  blocks: {
    in: { id: 'in', type: 'input', config: { json_schema: {} } },
    held: { id: 'held', type: 'hold', config: {} },
    out: { id: 'out', type: 'output', config: { name: 'out' } },
  },
  connections: [
    { source_block_id: 'in', source_port: 'data', target_block_id: 'held', target_port: 'data' },
    { source_block_id: 'held', source_port: 'data', target_block_id: 'out', target_port: 'data' },
  ],
};

/** A pipeline whose executions give back their number, once `hold` lets them; what it throws is their failure. */
export async function heldPipeline(
  platform: LocalPlatform,
  mai: Moderately,
  hold: (number: number) => Promise<void>,
): Promise<PipelineConfigurationVersion> {
  platform.block('hold', async ({ inputs }) => {
    const number = Number(inputs.data);
    await hold(number);
    return number;
  });
  const pipeline = await new mai.Pipeline({ name: 'held' }).save();
  return pipeline.createConfigurationVersion(configuration as never, { status: 'current' });
}
