import type { Staged, Stamped } from './times.js';

export interface PipelineRow extends Stamped {
  pipelineId: string;
  teamId: string;
  name: string;
  nameLower: string;
  description: string | null;
}

export interface PipelineConfigurationVersionRow extends Stamped {
  pipelineConfigurationVersionId: string;
  pipelineId: string;
  teamId: string;
  configuration: string;
  version: number;
  status: string;
}

export interface PipelineExecutionRow extends Staged {
  pipelineExecutionId: string;
  pipelineConfigurationVersionId: string;
  pipelineId: string;
  teamId: string;
  pipelineInput: string;
  pipelineInputSummary: string;
  pipelineOutput: string | null;
  pipelineOutputSummary: string | null;
  status: string;
  progressData: string;
  pipelineOutputFileUri: string | null;
  outputObjectKey: string | null;
  currentStep: number | null;
  totalSteps: number | null;
}
