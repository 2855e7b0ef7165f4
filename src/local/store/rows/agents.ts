import type { StageTimes, Timestamped } from './timestamps.js';

export interface AgentRow extends Timestamped {
  agentId: string;
  teamId: string;
  name: string;
  nameLower: string;
  description: string | null;
}

export interface AgentConfigurationVersionRow extends Timestamped {
  agentConfigurationVersionId: string;
  agentId: string;
  teamId: string;
  instructions: string;
  inputSchema: string;
  outputSchema: string;
  versionNumber: number;
  isCurrent: number;
  systemPrompt: string | null;
  llmConfig: string;
  toolConfig: string;
  executionConfig: string;
}

export interface AgentExecutionRow extends StageTimes {
  agentExecutionId: string;
  agentConfigurationVersionId: string;
  agentId: string;
  teamId: string;
  agentInput: string;
  agentInputSchema: string;
  agentInputSummary: string;
  agentOutput: string | null;
  agentOutputSchema: string;
  agentOutputSummary: string | null;
  status: string;
  thoughts: string;
  maxActions: number | null;
  currentStep: number | null;
  planningInterval: number | null;
}

export interface MemoryStateRow extends Timestamped {
  agentExecutionMemoryStateId: string;
  agentExecutionId: string;
  state: string;
  version: number;
}
