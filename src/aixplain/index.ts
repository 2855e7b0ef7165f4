export { APIKey, type KeySaveOptions } from './accounts/api-key.js';
export type { AssetLimits, KeyUsage, TokenType, UsageLimits } from './accounts/limits.js';
export { Agent } from './agents/agent.js';
export type { AgentRunOptions, AgentRunParams, AgentSaveOptions, AgentTask } from './agents/agent-params.js';
export { type AgentData, AgentResult, type Governance } from './agents/agent-result.js';
export { type AgentStep, describeStep, type StepActor } from './agents/agent-step.js';
export type { AgentTool } from './agents/agent-tools.js';
export type { Budget } from './agents/budget.js';
export { Debugger, type DebugOptions, DebugResult } from './agents/debugger.js';
export {
  type AnsweredRow,
  type EvaluationCase,
  type EvaluationMetric,
  type EvaluationOptions,
  type EvaluationRow,
  type EvaluationScore,
  evaluate,
  type Judge,
} from './agents/evaluation.js';
export type { ExecutionParams } from './agents/execution-params.js';
export { Inspector, type InspectorAction, type InspectorActionType, type InspectorJson, type InspectorMetric } from './agents/inspector.js';
export { type Measurement, Metric, type MetricDefinition, passes } from './agents/metric.js';
export { OutputFormat } from './agents/output-format.js';
export type { ModelRole } from './agents/roles.js';
export { Aixplain, type AixplainOptions } from './connection.js';
export type { AixplainConnection, Endpoints } from './endpoints.js';
export { AlreadyDeployedError } from './errors.js';
export { type Attachment, type AttachmentInput, attachments } from './files/attachments.js';
export { FileResource, type FileSaveOptions } from './files/file-resource.js';
export { sizeLimits } from './files/kinds.js';
export type { FileValue } from './files/run-files.js';
export { type UploadedFile, type UploadOptions, upload } from './files/upload.js';
export type { IssueDetails } from './issues/report-issue.js';
export { Index, type IndexFilter, type IndexHit, type IndexRecord } from './knowledge/index-tool.js';
export { type AgentToolJson, Asset, type AssetPricing, type AssetVendor, type ModelParameter } from './models/asset.js';
export type { InputSpec } from './models/input-spec.js';
export { Inputs, type InputValues } from './models/inputs.js';
export { LLM, Model } from './models/model.js';
export type { ModelChunk, ToolCallDelta } from './models/model-chunk.js';
export { LLMResult, type ModelChoice, type ModelMessage, ModelResult, type TokenUsage, type ToolCall } from './models/model-result.js';
export type { AssetFunction, AssetSearchParams } from './models/search-params.js';
export { type Architecture, type NodeParameter, type PipelineLink, type PipelineNode, readArchitecture } from './pipelines/architecture.js';
export type { FirstFormatResponse } from './pipelines/first-format.js';
export { GraphNode, type NodeOptions, type ParameterOptions, type Parameters, PipelineGraph, type Route } from './pipelines/graph.js';
export { type DataAsset, encodeInput, type InputMode, type RunBody } from './pipelines/input.js';
export type { PipelineData, PipelineRunOptions, PipelineSaveOptions, PipelineSearchParams } from './pipelines/params.js';
export { Pipeline } from './pipelines/pipeline.js';
export { PipelineResponse } from './pipelines/response.js';
export { type UploadedScript, uploadScript } from './pipelines/script.js';
export { validateArchitecture } from './pipelines/validate.js';
export { AixplainRecord, type AssetInfo } from './record.js';
export { type ActionOptions, AixplainResource } from './resource.js';
export { AixplainResult } from './result.js';
export type { ExecutionConfig } from './sessions/execution-config.js';
export { Message } from './sessions/message.js';
export type { MessageParams } from './sessions/message-run.js';
export { Session, type SessionAttributes, type SessionSearchParams } from './sessions/session.js';
export { Skill, type SkillDownloadOptions, type SkillSearchParams } from './skills/skill.js';
export * from './statuses.js';
export { Action, Actions } from './tools/actions.js';
export { type EventOption, EventOptions } from './tools/event-options.js';
export { type AuthenticationScheme, Integration } from './tools/integration.js';
export { Tool, type ToolRunParams } from './tools/tool.js';
export { ToolResult } from './tools/tool-result.js';
export { Utility, type UtilityInput } from './tools/utility.js';
export type { Schedule, TriggerConfiguration, Weekday } from './triggers/schedule.js';
export { Trigger, type TriggerAttributes, type TriggerSearchParams } from './triggers/trigger.js';
export { type Usage, usageOf } from './usage.js';
