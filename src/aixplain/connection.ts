import { type CallOptions, Connection, type ConnectionOptions } from '#front';
import { checkConnectionOptions, connectionOptionNames, namesOf } from '../vendor.js';
import { APIKey } from './accounts/api-key.js';
import { Agent } from './agents/agent.js';
import { Inspector } from './agents/inspector.js';
import { Metric } from './agents/metric.js';
import { credentialsFrom, type KeyOptions } from './credentials.js';
import { type Endpoints, endpointsFrom, secondsFromEnvironment } from './endpoints.js';
import { FileResource } from './files/file-resource.js';
import { type IssueDetails, reportIssue } from './issues/report-issue.js';
import { Index } from './knowledge/index-tool.js';
import { LLM, Model } from './models/model.js';
import { Pipeline } from './pipelines/pipeline.js';
import { AixplainRecord } from './record.js';
import { Message } from './sessions/message.js';
import { Session } from './sessions/session.js';
import { Skill } from './skills/skill.js';
import { Integration } from './tools/integration.js';
import { Tool } from './tools/tool.js';
import { Utility } from './tools/utility.js';
import { Trigger } from './triggers/trigger.js';

/** How to reach aiXplain. Durations are seconds. */
export interface AixplainOptions extends Omit<ConnectionOptions, 'baseUrl' | 'apiKey' | 'credentials'>, Partial<Endpoints>, KeyOptions {}

/** It has no `baseUrl` and no `credentials`: the endpoints and the keys take their places. */
const aixplainOptionNames = [
  ...connectionOptionNames.filter((name) => name !== 'baseUrl' && name !== 'credentials'),
  ...namesOf<Endpoints & Pick<KeyOptions, 'aixplainApiKey'>>({
    backendUrl: true,
    modelUrl: true,
    pipelineUrl: true,
    aixplainApiKey: true,
  }),
];

/** The statuses after which a request is retried, if it may be; 497 is the platform's limit of requests per minute. */
const retried = [408, 429, 497, 500, 502, 503, 504];

/**
 * aiXplain as one account sees it. Several connections with different keys live side by side; no key is written to the environment.
 *
 * A request may take `timeout` seconds (default: `AIXPLAIN_HTTP_READ_TIMEOUT`, else 300), and opening a connection `connectTimeout` seconds
 * (default: `AIXPLAIN_HTTP_CONNECT_TIMEOUT`, else 10). A failed request is retried up to 5 times.
 */
export class Aixplain extends Connection implements Endpoints {
  readonly backendUrl: string;
  readonly modelUrl: string;
  readonly pipelineUrl: string;

  /** @throws ConfigurationError if neither or both of the keys are given, or if an option is invalid. */
  constructor(options: AixplainOptions = {}) {
    checkConnectionOptions(options, aixplainOptionNames);
    const { apiKey, aixplainApiKey, backendUrl: _backend, modelUrl: _model, pipelineUrl: _pipeline, ...rest } = options;
    const endpoints = endpointsFrom(options);
    super({
      ...rest,
      baseUrl: endpoints.backendUrl,
      credentials: credentialsFrom({ apiKey, aixplainApiKey }),
      origins: [endpoints.modelUrl, endpoints.pipelineUrl, ...(options.origins ?? [])],
      timeout: options.timeout ?? secondsFromEnvironment('AIXPLAIN_HTTP_READ_TIMEOUT') ?? 300,
      connectTimeout: options.connectTimeout ?? secondsFromEnvironment('AIXPLAIN_HTTP_CONNECT_TIMEOUT') ?? 10,
      maxRetries: options.maxRetries ?? 5,
      retry: { statuses: retried, baseDelay: 0.2, ...options.retry },
    });
    this.backendUrl = endpoints.backendUrl;
    this.modelUrl = endpoints.modelUrl;
    this.pipelineUrl = endpoints.pipelineUrl;
  }

  static override get resourceRoot(): object {
    return AixplainRecord;
  }

  /** `Agent`, bound to this connection. */
  get Agent(): typeof Agent {
    return this.bind(Agent);
  }

  /** `Model`, bound to this connection. */
  get Model(): typeof Model {
    return this.bind(Model);
  }

  /** `LLM`, bound to this connection. */
  get LLM(): typeof LLM {
    return this.bind(LLM);
  }

  /** `Tool`, bound to this connection. */
  get Tool(): typeof Tool {
    return this.bind(Tool);
  }

  /** `Integration`, bound to this connection. */
  get Integration(): typeof Integration {
    return this.bind(Integration);
  }

  /** `Session`, bound to this connection. */
  get Session(): typeof Session {
    return this.bind(Session);
  }

  /** `Message`, bound to this connection. */
  get Message(): typeof Message {
    return this.bind(Message);
  }

  /** `Trigger`, bound to this connection. */
  get Trigger(): typeof Trigger {
    return this.bind(Trigger);
  }

  /** `APIKey`, bound to this connection. */
  get APIKey(): typeof APIKey {
    return this.bind(APIKey);
  }

  /** `Utility`, bound to this connection. */
  get Utility(): typeof Utility {
    return this.bind(Utility);
  }

  /** `Index`, bound to this connection. */
  get Index(): typeof Index {
    return this.bind(Index);
  }

  /** `Metric`, bound to this connection. */
  get Metric(): typeof Metric {
    return this.bind(Metric);
  }

  /** `Inspector`, bound to this connection. */
  get Inspector(): typeof Inspector {
    return this.bind(Inspector);
  }

  /** `Skill`, bound to this connection. */
  get Skill(): typeof Skill {
    return this.bind(Skill);
  }

  /** `Pipeline`, bound to this connection. */
  get Pipeline(): typeof Pipeline {
    return this.bind(Pipeline);
  }

  /** `FileResource`, bound to this connection. */
  get FileResource(): typeof FileResource {
    return this.bind(FileResource);
  }

  /** Reports a problem to the platform. Resolves to the id of the report. Nothing is sent but what is given. */
  reportIssue(description: string, options: IssueDetails & CallOptions = {}): Promise<string> {
    return reportIssue(this, description, options);
  }
}
