import type { StageTimes, Timestamped } from './timestamps.js';

export interface PipelineRow extends Timestamped {
  pipelineId: string;
  teamId: string;
  name: string;
  nameLower: string;
  description: string | null;
}

export interface PipelineConfigurationVersionRow extends Timestamped {
  pipelineConfigurationVersionId: string;
  pipelineId: string;
  teamId: string;
  configuration: string;
  version: number;
  status: string;
}

export interface PipelineExecutionRow extends StageTimes {
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
