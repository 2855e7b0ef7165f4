import type { TransportRequest } from '../../../src/model/ports/transport.js';
import { Moderately, type ModeratelyOptions } from '../../../src/moderately/index.js';
import { withoutNetwork } from '../../support/widgets.js';
import { checkRequest } from './document.js';

export const origin = 'https://mai.test';
export const teamId = 'team-of-the-tests';
export const key = 'key-of-the-tests';

/** What was sent and is not in the vendor's document. */
const strange: string[] = [];

/** A connection to nowhere: nock answers. */
export function connect(options: ModeratelyOptions = {}): Moderately {
  return watched(new Moderately({ apiKey: key, teamId, baseUrl: origin, maxRetries: 0, ...options }));
}

/** Compares all that a connection sends to the vendor's document, where that is at hand; `note` is told the operation of each request. */
export function watched(mai: Moderately, note: (operation: string) => void = () => undefined): Moderately {
  const send = mai.send.bind(mai);
  mai.send = (request: TransportRequest, source?: object | null) => {
    const { operation, problems } = checkRequest(request);
    strange.push(...problems);
    note(operation);
    return send(request, source);
  };
  return mai;
}

/** Fails a test that sent what the vendor's document does not have. */
export function withDocument(): void {
  afterEach(() => {
    const found = strange.splice(0);
    if (found.length > 0) throw new Error(`Not in the vendor's document: ${found.join('; ')}`);
  });
}

/** For tests against prepared answers: no network, and nothing that the vendor's document does not have. */
export function onTheWire(): void {
  withoutNetwork();
  withDocument();
}

/** For a test that sends on purpose what the document does not have. */
export function forgetStrangeRequests(): string[] {
  return strange.splice(0);
}

/** A page as the platform answers it. */
export function page(items: readonly object[], { number = 1, size = 10, total = items.length } = {}): object {
  const totalPages = Math.ceil(total / size);
  return {
    items,
    pagination: {
      page: number,
      pageSize: size,
      totalItems: total,
      totalPages,
      hasNextPage: number < totalPages,
      hasPreviousPage: number > 1,
    },
  };
}

const stamp = '2024-01-15T10:00:00.000Z';
const stamps = { createdAt: stamp, updatedAt: stamp };
/** The times of an execution that has not been started. */
const unstarted = { startedAt: null, completedAt: null, failedAt: null, cancelledAt: null, pausedAt: null };

/** Records as the platform answers them. */
export const json = {
  file: (more: object = {}) => ({
    fileId: 'f1',
    teamId,
    fileName: 'a.csv',
    fileSize: 8,
    mimeType: 'text/csv',
    fileHash: 'eccc6303d8ede5e5ec22d288b8350193f9eb907c93f49c78d5b1ff0af7ecd450',
    uploadStatus: 'completed',
    uploadedBy: 'u1',
    metadata: {},
    ...stamps,
    ...more,
  }),
  dataset: (more: object = {}) => ({
    datasetId: 'd1',
    teamId,
    name: 'Airports',
    description: null,
    currentSchemaVersionId: null,
    currentDataVersionId: null,
    activeDataSchemaVersionId: null,
    activeDataVersionId: null,
    processingStatus: null,
    ...stamps,
    ...more,
  }),
  dataVersion: (more: object = {}) => ({
    datasetDataVersionId: 'dv1',
    datasetId: 'd1',
    versionNo: 1,
    sourceFileUri: 's3://bucket/dv1.csv',
    fileType: 'csv',
    status: 'current',
    ...stamps,
    ...more,
  }),
  schemaVersion: (more: object = {}) => ({
    datasetSchemaVersionId: 'sv1',
    datasetId: 'd1',
    versionNo: 1,
    columnsJson: [
      { name: 'id', type: 'integer', nullable: false, pos: 1 },
      { name: 'name', type: 'string', nullable: true, pos: 2 },
    ],
    status: 'draft',
    ...stamps,
    ...more,
  }),
  pipeline: (more: object = {}) => ({ pipelineId: 'p1', teamId, name: 'Routes', description: null, ...stamps, ...more }),
  configurationVersion: (more: object = {}) => ({
    pipelineConfigurationVersionId: 'cv1',
    pipelineId: 'p1',
    configuration: echo,
    version: 1,
    status: 'draft',
    ...stamps,
    ...more,
  }),
  execution: (more: object = {}) => ({
    pipelineExecutionId: 'e1',
    pipelineConfigurationVersionId: 'cv1',
    pipelineInput: { text: 'hello' },
    pipelineInputSummary: '{"text":"hello"}',
    pipelineOutput: null,
    pipelineOutputSummary: null,
    status: 'pending',
    progressData: {},
    pipelineOutputFileUri: null,
    currentStep: null,
    totalSteps: null,
    ...stamps,
    ...unstarted,
    ...more,
  }),
  agent: (more: object = {}) => ({ agentId: 'a1', teamId, name: 'Reader', description: null, ...stamps, ...more }),
  agentVersion: (more: object = {}) => ({
    agentConfigurationVersionId: 'av1',
    agentId: 'a1',
    instructions: 'Read.',
    inputSchema: { type: 'object' },
    outputSchema: { type: 'object' },
    versionNumber: 1,
    isCurrent: true,
    systemPrompt: null,
    llmConfig: {},
    toolConfig: [],
    executionConfig: { max_actions: 10, planning_interval: 4, feedback_rounds: 0, timeout_minutes: 30 },
    ...stamps,
    ...more,
  }),
  agentExecution: (more: object = {}) => ({
    agentExecutionId: 'ae1',
    agentConfigurationVersionId: 'av1',
    agentInput: { question: 'why' },
    agentInputSchema: {},
    agentOutputSchema: {},
    agentInputSummary: '{"question":"why"}',
    agentOutput: null,
    agentOutputSummary: null,
    status: 'pending',
    thoughts: [],
    maxActions: 10,
    currentStep: null,
    planningInterval: 4,
    ...stamps,
    ...unstarted,
    ...more,
  }),
  user: (more: object = {}) => ({ userId: 'u1', fullName: 'Joan Clarke', ...stamps, ...more }),
  team: (more: object = {}) => ({ teamId, name: 'Hut 8', ...stamps, ...more }),
  teamUser: (more: object = {}) => ({
    teamUserId: 'tu1',
    teamId,
    userId: 'u1',
    role: 'member',
    isDefault: true,
    email: null,
    ...stamps,
    ...more,
  }),
};

/** A configuration that gives back its text. */
export const echo = {
  id: 'echo',
  name: 'echo',
  blocks: {
    text: { id: 'text', type: 'input', config: { json_schema: { type: 'string' } } },
    result: { id: 'result', type: 'output', config: { name: 'echoed' } },
  },
  connections: [{ source_block_id: 'text', source_port: 'data', target_block_id: 'result', target_port: 'data' }],
};
