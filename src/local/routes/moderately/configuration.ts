import { engine } from '../../executions/engine.js';
import { text, z } from '../../wire/validation.js';

export const configurationStatuses = ['draft', 'current', 'archived'] as const;

/** The bodies that make and change a version. The shape is checked, and the config of known blocks; the graph is not. */
async function build() {
  const { publishedConfiguration: configuration } = await engine();
  const status = z.enum(configurationStatuses);
  return {
    creation: z.object({ pipelineId: text, configuration, status: status.default('draft') }),
    change: z.object({ configuration: configuration.optional(), status: status.optional() }),
  };
}

let built: ReturnType<typeof build> | undefined;

/** What requests about configuration versions must look like. The engine knows, and is loaded for it once. */
export function configurationRequests(): ReturnType<typeof build> {
  built ??= build();
  return built;
}
