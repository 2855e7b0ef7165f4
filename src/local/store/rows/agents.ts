import type { Staged, Stamped } from './times.js';

export interface AgentRow extends Stamped {
  agentId: string;
  teamId: string;
  name: string;
  nameLower: string;
  description: string | null;
}

export interface AgentConfigurationVersionRow extends Stamped {
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

export interface AgentExecutionRow extends Staged {
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

export interface MemoryStateRow extends Stamped {
  agentExecutionMemoryStateId: string;
  agentExecutionId: string;
  state: string;
  version: number;
}
