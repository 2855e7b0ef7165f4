import { anyObject, count, positive, text, z } from '../../requests/vocabulary.js';

/** The model of one part of an agent. */
const llm = z.looseObject({
  provider: z.enum(['vertexai', 'anthropic', 'openai']),
  model_tier: z.enum(['large', 'medium', 'small']),
  model: z.string().optional(),
  enable_reasoning: z.boolean().optional(),
  model_config: anyObject.optional(),
});

/** The models of an agent, by their purpose. */
const llmConfig = z.looseObject({
  thought_llm: llm.optional(),
  fact_extraction_llm: llm.optional(),
  planner_llm: llm.optional(),
});

const toolTypes = [
  'GetDateTool',
  'ResourceSearchTool',
  'ResourceListTool',
  'ResourceStructureTool',
  'RelatedResourcesTool',
  'ResourceSampleTool',
  'ResourceSectionTool',
  'ResourceFindLinesTool',
  'ResourceReadLinesTool',
  'ResourceSummarizationTool',
  'ResourceQuestionAnsweringTool',
  'ResourceStructuredExtractionTool',
  'ResourceEntitiesExtractionTool',
  'ResourcePrioritizationTool',
  'TavilySearchTool',
  'GenericSearchTool',
  'PatentSearchTool',
  'PubmedSearchTool',
  'ClinicalTrialSearchTool',
  'SummaryTool',
  'CriticalAnalysisTool',
  'DraftWritingTool',
  'WritingFeedbackTool',
  'ResourceGroundedEditorTool',
  'ClassifyEntitiesFromTextTool',
  'RegexSearchTool',
  'ScrapeWebsiteTool',
  'ResourceCreationTool',
  'AskAgentRunTool',
] as const;

/** The tools an agent may use. */
const toolConfig = z.array(z.looseObject({ type: z.enum(toolTypes), config: anyObject.optional() }));

/** The limits of an agent's execution. */
const executionConfig = z.looseObject({
  max_actions: positive.default(10),
  planning_interval: positive.default(4),
  feedback_rounds: count.default(0),
  timeout_minutes: positive.default(30),
});

const fields = {
  instructions: text.min(1),
  inputSchema: z.unknown(),
  outputSchema: z.unknown(),
  systemPrompt: text.nullable(),
  llmConfig,
  toolConfig,
  executionConfig,
};

/** The body that creates a version. */
export const creation = z.object({ agentId: text, ...fields, versionNumber: z.int().min(1), isCurrent: z.boolean() });
/** The body that changes one. */
export const change = z.object({ ...fields, isCurrent: z.boolean().nullable() }).partial();
