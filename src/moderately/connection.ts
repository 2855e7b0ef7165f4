import { type CallOptions, ConfigurationError, Connection, type ConnectionOptions } from '#front';
import { checkConnectionOptions, connectionOptionNames, environmentVariable, namesOf } from '../vendor.js';
import { ApiToken } from './accounts/api-token.js';
import { AuditLog } from './accounts/audit-log.js';
import { Team } from './accounts/team.js';
import { TeamUser } from './accounts/team-user.js';
import { User } from './accounts/user.js';
import { Agent } from './agents/agent.js';
import { AgentConfigurationVersion } from './agents/agent-configuration-version.js';
import { AgentExecution } from './agents/agent-execution.js';
import { ModeratelyResource } from './base/resource.js';
import { textAt } from './base/responses.js';
import { Dataset } from './datasets/dataset.js';
import { DatasetDataVersion } from './datasets/dataset-data-version.js';
import { DatasetSchemaVersion } from './datasets/dataset-schema-version.js';
import { File } from './file.js';
import { Pipeline } from './pipelines/pipeline.js';
import { PipelineConfigurationVersion } from './pipelines/pipeline-configuration-version.js';
import { PipelineExecution } from './pipelines/pipeline-execution.js';

/** Options of a Moderately AI connection. Durations are in seconds. */
export interface ModeratelyOptions extends Omit<ConnectionOptions, 'baseUrl'> {
  /** Default: `MODERATELY_BASE_URL`, else `https://api.moderately.ai`. */
  baseUrl?: string | undefined;
  /** The team to search and create records in. Default: `MODERATELY_TEAM_ID`. */
  teamId?: string | undefined;
}

const moderatelyOptionNames = [...connectionOptionNames, ...namesOf<Omit<ModeratelyOptions, keyof ConnectionOptions>>({ teamId: true })];

const defaultBaseUrl = 'https://api.moderately.ai';

/** A connection to Moderately AI for one team. Its classes are bound to it: `mai.Dataset.search()`, `new mai.Dataset({ name })`. */
export class Moderately extends Connection {
  /** The team to search and create records in. */
  readonly teamId: string;

  /**
   * If neither `apiKey` nor `credentials` is given, the key is read from `MODERATELY_API_KEY`.
   *
   * @throws ConfigurationError if the key or the team is missing, or if an option is invalid.
   */
  constructor(options: ModeratelyOptions = {}) {
    checkConnectionOptions(options, moderatelyOptionNames);
    const { teamId, baseUrl, ...rest } = options;
    const apiKey = rest.credentials === undefined ? setting('apiKey', rest.apiKey, 'MODERATELY_API_KEY') : rest.apiKey;
    const team = setting('teamId', teamId, 'MODERATELY_TEAM_ID');
    super({ ...rest, apiKey, baseUrl: baseUrl ?? (environmentVariable('MODERATELY_BASE_URL')?.trim() || defaultBaseUrl) });
    this.teamId = team;
  }

  static override get resourceRoot(): object {
    return ModeratelyResource;
  }

  /** `File`, bound to this connection. */
  get File(): typeof File {
    return this.bind(File);
  }

  /** `Dataset`, bound to this connection. */
  get Dataset(): typeof Dataset {
    return this.bind(Dataset);
  }

  /** `DatasetDataVersion`, bound to this connection. */
  get DatasetDataVersion(): typeof DatasetDataVersion {
    return this.bind(DatasetDataVersion);
  }

  /** `DatasetSchemaVersion`, bound to this connection. */
  get DatasetSchemaVersion(): typeof DatasetSchemaVersion {
    return this.bind(DatasetSchemaVersion);
  }

  /** `Pipeline`, bound to this connection. */
  get Pipeline(): typeof Pipeline {
    return this.bind(Pipeline);
  }

  /** `PipelineConfigurationVersion`, bound to this connection. */
  get PipelineConfigurationVersion(): typeof PipelineConfigurationVersion {
    return this.bind(PipelineConfigurationVersion);
  }

  /** `PipelineExecution`, bound to this connection. */
  get PipelineExecution(): typeof PipelineExecution {
    return this.bind(PipelineExecution);
  }

  /** `Agent`, bound to this connection. */
  get Agent(): typeof Agent {
    return this.bind(Agent);
  }

  /** `AgentConfigurationVersion`, bound to this connection. */
  get AgentConfigurationVersion(): typeof AgentConfigurationVersion {
    return this.bind(AgentConfigurationVersion);
  }

  /** `AgentExecution`, bound to this connection. */
  get AgentExecution(): typeof AgentExecution {
    return this.bind(AgentExecution);
  }

  /** `Team`, bound to this connection. */
  get Team(): typeof Team {
    return this.bind(Team);
  }

  /** `TeamUser`, bound to this connection. */
  get TeamUser(): typeof TeamUser {
    return this.bind(TeamUser);
  }

  /** `User`, bound to this connection. */
  get User(): typeof User {
    return this.bind(User);
  }

  /** `ApiToken`, bound to this connection. */
  get ApiToken(): typeof ApiToken {
    return this.bind(ApiToken);
  }

  /** `AuditLog`, bound to this connection. */
  get AuditLog(): typeof AuditLog {
    return this.bind(AuditLog);
  }

  /** The user whom the key belongs to. @throws AuthenticationError if the key is not valid. */
  async whoami(options: CallOptions = {}): Promise<{
    /** The id of the user whose key it is. */
    userId: string;
  }> {
    const attempt = 'whoami';
    const { body } = await this.send({ ...options, method: 'GET', path: 'authentication/whoami', attempt });
    return { userId: textAt(body, 'userId', attempt) };
  }

  /** The status and version of the platform. */
  async health(options: CallOptions = {}): Promise<{
    /** The state of the service. */
    status: string;
    /** Its version. */
    version: string;
  }> {
    const attempt = 'health';
    const { body } = await this.send({ ...options, method: 'GET', path: 'health', attempt });
    return { status: textAt(body, 'status', attempt), version: textAt(body, 'version', attempt) };
  }
}

/** The value of an option, else of the environment variable. @throws ConfigurationError if it is missing or blank. */
function setting(option: string, given: string | undefined, variable: string): string {
  const value = given ?? environmentVariable(variable);
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new ConfigurationError(
    `Moderately needs ${option}: ${value === undefined ? 'it is missing' : 'it is blank'}. Pass { ${option} } or set ${variable}.`,
  );
}
