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

/** A tool of an agent. */
export interface AgentTool {
  /** The kind of the tool. */
  type: AgentToolType | (string & {});
  /** Its settings, in snake_case as on the wire. */
  config?: Record<string, unknown>;
}

/** A language model, selected by its size. */
export interface AgentModel {
  /** Who provides the model. */
  provider: 'vertexai' | 'anthropic' | 'openai' | (string & {});
  /** How capable, and how expensive, the model is. */
  model_tier: 'large' | 'medium' | 'small';
  /** The name of a particular model, instead of the tier's. */
  model?: string;
  /** Whether the model reasons before it responds. */
  enable_reasoning?: boolean;
  /** Settings of the model, in snake_case as on the wire. */
  model_config?: Record<string, unknown>;
}

/** The language model for each task. */
export interface AgentModels {
  /** The model that decides what to do. */
  thought_llm?: AgentModel;
  /** The model that extracts facts. */
  fact_extraction_llm?: AgentModel;
  /** The model that plans. */
  planner_llm?: AgentModel;
}

/** The limits of an execution. */
export interface AgentLimits {
  /** At least 1. */
  max_actions: number;
  /** The number of actions between plans, at least 1. */
  planning_interval: number;
  /** At least 0. */
  feedback_rounds: number;
  /** At least 1. */
  timeout_minutes: number;
}

/** The defaults that the platform documents. */
export const defaultLimits: AgentLimits = { max_actions: 10, planning_interval: 4, feedback_rounds: 0, timeout_minutes: 30 };
