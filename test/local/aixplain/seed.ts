/** A parameter of a language model, with all that the vendor's clients read of one. */
const param = (name: string, about: object = {}) => ({
  ...{ name, required: false, multipleValues: false, isFixed: false, dataType: 'text', dataSubType: 'text' },
  ...{ values: [], defaultValues: [], availableOptions: [], ...about },
});

const guard = (id: string, segment: string) => {
  const assetPath = `aws/${segment}/aws`;
  return { id, name: segment, function: { id: 'guardrails' }, assetInfo: { assetName: segment, assetPath, instanceId: `${id}-instance` } };
};

const connector = {
  function: { id: 'connector' },
  functionType: 'connector',
  actionsAvailable: true,
  attributes: { auth_schemes: '["BEARER_TOKEN"]' },
  params: [param('action'), param('data', { dataSubType: 'json' })],
};

const search = {
  name: 'search',
  displayName: 'Search',
  slug: 'search',
  description: 'Search',
  inputs: [
    { name: 'Query', code: 'query', datatype: 'string', required: true },
    { name: 'Results', code: 'num_results', datatype: 'integer', defaultValue: [5] },
  ],
};

/** The assets that clients of the second generation find by fixed ids and paths. */
export const vendorSeed = {
  assets: {
    'v2/models': [
      {
        id: 'llm-1',
        name: 'Chat',
        path: 'acme/chat/acme',
        host: 'acme',
        developer: 'Acme',
        vendor: { id: 1, name: 'Acme', code: 'acme' },
        status: 'onboarded',
        function: { id: 'text-generation', name: 'Text Generation' },
        functionType: 'ai',
        supportsStreaming: true,
        connectionType: ['synchronous'],
        params: [
          param('text', { required: true }),
          ...['context', 'prompt', 'language', 'tools', 'tool_choice', 'response_format'].map((name) =>
            param(name, { dataSubType: 'json' }),
          ),
          param('temperature', { dataSubType: 'number', defaultValues: [0.7] }),
          param('max_tokens', { dataType: 'number', dataSubType: 'number', defaultValues: [512] }),
        ],
      },
      {
        id: 'tr-sync',
        name: 'Translate',
        function: { id: 'translation' },
        connectionType: ['synchronous'],
        params: [param('text', { required: true })],
      },
      { id: 'tr-async', name: 'Translate later', function: { id: 'translation' }, connectionType: ['asynchronous'] },
      { id: 'painter', name: 'Painter', function: { id: 'image-generation' }, connectionType: ['synchronous'] },
      guard('guard-1', 'detect-prompt-attacks-guardrail'),
      guard('guard-2', 'sensitive-information-guardrail'),
      guard('guard-3', 'contextual-grounding-check-guardrail'),
    ],
    'v2/integrations': [
      { id: 'script-1', name: 'Script', ...connector },
      { id: 'sandbox-1', name: 'Python sandbox', path: 'aixplain/python-sandbox/aixplain', ...connector },
      {
        id: 'slack-1',
        name: 'Messages',
        path: 'acme/messages/acme',
        ...connector,
        actions: [search],
        triggers: [{ slug: 'NEW_MSG', name: 'New message' }],
      },
    ],
    'v2/tools': [
      {
        id: 'search-1',
        name: 'Web search',
        function: { id: 'utilities' },
        functionType: 'connection',
        actionsAvailable: true,
        actions: [search],
      },
      {
        id: 'code-1',
        name: 'Code',
        path: 'microsoft/code-execution/microsoft',
        function: { id: 'utilities' },
        functionType: 'connection',
        actionsAvailable: true,
        actions: [{ name: 'run', inputs: [{ name: 'code', required: true }, { name: 'sessionId' }] }],
      },
    ],
    'v2/agents': [{ id: 'debugger-1', name: 'Debugger', status: 'onboarded', model: { id: 'llm-1' } }],
    'sdk/agent-communities': [{ id: 'team-1', name: 'Old team', agents: [] }],
    'sdk/utilities': [{ id: 'adder-1', name: 'Adder', code: 's3://x' }],
    'sdk/skill': [{ id: 'skill-1', name: 'Reader' }],
    'sdk/pipelines': [{ id: 'pipe-1', name: 'Graph', architecture: { nodes: [], links: [] } }],
    'v1/sessions': [{ id: 'session-1', name: 'Ticket', agentId: 'debugger-1' }],
    'v1/triggers': [
      { id: 'trigger-1', name: 'Daily', assetId: 'debugger-1', triggerType: 'time', configuration: { type: 'daily', time: '09:00' } },
    ],
    'sdk/api-keys': [{ id: 'key-1', name: 'ci', budget: 5, globalLimits: { rpd: 100, tpd: 1000 } }],
  },
};
