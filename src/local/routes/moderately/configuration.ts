import { loadEngine } from '../../executions/load-engine.js';

export const configurationStatuses = ['draft', 'current', 'archived'] as const;

/** The schemas of the bodies that create and update a version. They check the structure and the config of known blocks, not the graph. */
async function build() {
  const [{ publishedConfiguration: configuration }, { text, z }] = await Promise.all([
    loadEngine(),
    import('../../requests/vocabulary.js'),
  ]);
  const status = z.enum(configurationStatuses);
  return {
    creation: z.object({ pipelineId: text, configuration, status: status.default('draft') }),
    change: z.object({ configuration: configuration.optional(), status: status.optional() }),
  };
}

let built: ReturnType<typeof build> | undefined;

/** The schemas of requests for configuration versions. They need the engine, which is loaded once. */
export function configurationRequests(): ReturnType<typeof build> {
  built ??= build();
  return built;
}
