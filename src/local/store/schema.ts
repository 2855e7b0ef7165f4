/**
 * The tables. Columns carry the names of the wire, so a row is almost the answer already. Portable between SQLite and
 * PostgreSQL: text for JSON and for times (ISO 8601 with milliseconds, which sorts as time does), integers for booleans.
 */
export interface Tables {
  settings: { key: string; value: string };
  users: UserRow;
  teams: TeamRow;
  teamUsers: TeamUserRow;
  apiTokens: ApiTokenRow;
  tokenUsage: TokenUsageRow;
  auditLogs: AuditLogRow;
  objects: ObjectRow;
  files: FileRow;
  datasets: DatasetRow;
  datasetSchemaVersions: DatasetSchemaVersionRow;
  datasetDataVersions: DatasetDataVersionRow;
  pipelines: PipelineRow;
  pipelineConfigurationVersions: PipelineConfigurationVersionRow;
  pipelineExecutions: PipelineExecutionRow;
  agents: AgentRow;
  agentConfigurationVersions: AgentConfigurationVersionRow;
  agentExecutions: AgentExecutionRow;
  agentExecutionMemoryStates: MemoryStateRow;
  assets: AssetRow;
  assetRuns: AssetRunRow;
  jobs: JobRow;
}

/** Times are kept by every record. */
interface Stamped {
  createdAt: string;
  updatedAt: string;
}

export interface UserRow extends Stamped {
  userId: string;
  fullName: string;
  fullNameLower: string;
  nickname: string | null;
  nicknameLower: string | null;
  /** In lower case. */
  email: string | null;
}

export interface TeamRow extends Stamped {
  teamId: string;
  name: string;
  /** The restricted key that made the team, which may therefore use it. */
  createdByTokenId: string | null;
}

export interface TeamUserRow extends Stamped {
  teamUserId: string;
  teamId: string;
  userId: string;
  /** The user's name, for order and search. */
  name: string;
  nameLower: string;
  email: string | null;
  role: string;
  isDefault: number;
}

export interface ApiTokenRow extends Stamped {
  tokenId: string;
  /** Null for the platform's own key, which may use every team of its user. */
  teamId: string | null;
  name: string;
  /** SHA-256 of the token, in hexadecimal. */
  tokenHash: string;
  tokenPrefix: string;
  last4: string;
  role: string;
  createdByUserId: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  isActive: number;
}

/** Requests made with one token, summed up per hour. */
export interface TokenUsageRow {
  tokenId: string;
  /** The start of the hour. */
  hour: string;
  endpoint: string;
  method: string;
  requests: number;
  errors: number;
  milliseconds: number;
}

export interface AuditLogRow {
  auditLogId: string;
  teamId: string | null;
  userId: string | null;
  apiTokenId: string | null;
  sessionId: string | null;
  eventType: string;
  resourceType: string;
  resourceId: string;
  action: string;
  changes: string | null;
  metadata: string | null;
  createdAt: string;
}

/** What is known of a stored object: its bytes are in the blob store. */
export interface ObjectRow {
  key: string;
  size: number;
  sha256: string;
  contentType: string;
  createdAt: string;
}

export interface FileRow extends Stamped {
  fileId: string;
  teamId: string;
  fileName: string;
  fileNameLower: string;
  fileSize: number;
  mimeType: string;
  fileHash: string;
  /** The hash as it is compared: lower case, without the `sha256:` prefix. */
  fileDigest: string;
  uploadStatus: string;
  uploadedBy: string | null;
  metadata: string;
  objectKey: string;
}

export interface DatasetRow extends Stamped {
  datasetId: string;
  teamId: string;
  name: string;
  nameLower: string;
  description: string | null;
  currentSchemaVersionId: string | null;
  currentDataVersionId: string | null;
  activeDataSchemaVersionId: string | null;
  activeDataVersionId: string | null;
  processingStatus: string | null;
  processingError: string | null;
  recordCount: number | null;
  totalSizeBytes: number | null;
}

export interface DatasetSchemaVersionRow extends Stamped {
  datasetSchemaVersionId: string;
  datasetId: string;
  teamId: string;
  versionNo: number;
  columnsJson: string;
  status: string;
  parsingOptions: string | null;
}

export interface DatasetDataVersionRow extends Stamped {
  datasetDataVersionId: string;
  datasetId: string;
  teamId: string;
  versionNo: number;
  fileName: string;
  sourceFileUri: string;
  objectKey: string;
  fileType: string;
  status: string;
  /** Whether the upload was completed; a version that was not is never the current one. */
  uploaded: number;
  fileHash: string | null;
  rowCount: number | null;
  fileSizeBytes: number | null;
}

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

/** The times at which an execution entered its states. */
interface Staged extends Stamped {
  startedAt: string | null;
  completedAt: string | null;
  failedAt: string | null;
  cancelledAt: string | null;
  pausedAt: string | null;
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

/** A resource of aiXplain's wire: whatever was sent, under the collection it was sent to. */
export interface AssetRow extends Stamped {
  assetId: string;
  /** The last part of the resource path: `agents` for `v2/agents`. */
  collection: string;
  name: string;
  nameLower: string;
  status: string | null;
  body: string;
}

export interface AssetRunRow extends Stamped {
  runId: string;
  assetId: string;
  collection: string;
  input: string;
  status: string;
  output: string | null;
  error: string | null;
  sessionId: string | null;
  startedAt: string | null;
  finishedAt: string | null;
}

/** Work that is to be done; the row is gone when it is. */
export interface JobRow {
  jobId: string;
  kind: string;
  /** The record the work is for. */
  subjectId: string;
  /** The worker that has it; null when it waits. */
  leaseOwner: string | null;
  /** Milliseconds since the epoch by the system's clock; another worker may take the job afterwards. */
  leaseUntil: number;
  attempts: number;
  createdAt: string;
}
