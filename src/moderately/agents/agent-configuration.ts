/** The tools that the platform documents. */
export type AgentToolType =
  | 'GetDateTool'
  | 'ResourceSearchTool'
  | 'ResourceListTool'
  | 'ResourceStructureTool'
  | 'RelatedResourcesTool'
  | 'ResourceSampleTool'
  | 'ResourceSectionTool'
  | 'ResourceFindLinesTool'
  | 'ResourceReadLinesTool'
  | 'ResourceSummarizationTool'
  | 'ResourceQuestionAnsweringTool'
  | 'ResourceStructuredExtractionTool'
  | 'ResourceEntitiesExtractionTool'
  | 'ResourcePrioritizationTool'
  | 'TavilySearchTool'
  | 'GenericSearchTool'
  | 'PatentSearchTool'
  | 'PubmedSearchTool'
  | 'ClinicalTrialSearchTool'
  | 'SummaryTool'
  | 'CriticalAnalysisTool'
  | 'DraftWritingTool'
  | 'WritingFeedbackTool'
  | 'ResourceGroundedEditorTool'
  | 'ClassifyEntitiesFromTextTool'
  | 'RegexSearchTool'
  | 'ScrapeWebsiteTool'
  | 'ResourceCreationTool'
  | 'AskAgentRunTool';

export interface AgentTool {
  type: AgentToolType | (string & {});
  config?: Record<string, unknown>;
}

/** A language model, by its size. */
export interface AgentModel {
  provider: 'vertexai' | 'anthropic' | 'openai' | (string & {});
  model_tier: 'large' | 'medium' | 'small';
  /** A model's own name instead of the tier's. */
  model?: string;
  enable_reasoning?: boolean;
  model_config?: Record<string, unknown>;
}

/** Which model does what. */
export interface AgentModels {
  thought_llm?: AgentModel;
  fact_extraction_llm?: AgentModel;
  planner_llm?: AgentModel;
}

/** How far an execution may go. */
export interface AgentLimits {
  /** From 1. */
  max_actions: number;
  /** Actions between plans, from 1. */
  planning_interval: number;
  /** From 0. */
  feedback_rounds: number;
  /** From 1. */
  timeout_minutes: number;
}

/** What the platform documents as defaults. */
export const defaultLimits: AgentLimits = { max_actions: 10, planning_interval: 4, feedback_rounds: 0, timeout_minutes: 30 };
