import type { BaseRunParams, SaveOptions } from '#front';
import type { AttachmentInput } from '../files/attachments.js';
import type { Session } from '../sessions/session.js';
import type { AgentTool } from './agent-tools.js';
import type { ExecutionParams } from './execution-params.js';

/** What an agent is asked, and how. Other members are sent as they are. */
export interface AgentRunParams {
  /** What the agent is asked: text, or an object with the values that its instructions name. */
  query?: string | Readonly<Record<string, unknown>> | undefined;
  /** Values for `{{names}}` in the instructions. */
  variables?: Readonly<Record<string, unknown>> | undefined;
  /** Files and URLs that go with the query. */
  attachments?: readonly AttachmentInput[] | undefined;
  /** Above the agent's own. */
  executionParams?: ExecutionParams | undefined;
  /** Whether a final answer is written of what was found. Default: whether the output format is 'json', which needs it. */
  runResponseGeneration?: boolean | undefined;
  /** The session, or its id, in which it is asked: what was said there is remembered. */
  session?: Session | string | undefined;
  /** What was said before, oldest first. It cannot be given together with a session. */
  history?:
    | readonly {
        /** Who said it, such as `user` or `assistant`. */
        role: string;
        /** What was said. */
        content: string;
      }[]
    | undefined;
  /** Tasks for a team of agents, instead of its own. */
  tasks?: readonly unknown[] | undefined;
  /** A prompt that takes the place of the agent's own. */
  prompt?: string | undefined;
  /** Inspectors of this run, instead of the agent's own. */
  inspectors?: readonly unknown[] | undefined;
  /** What the result has to meet. */
  criteria?: string | undefined;
  /** Whether, and how, the team is improved by this run; sent as it is. */
  evolve?: unknown;
  [key: string]: unknown;
}

/** Options of a run. `identifier` is the user's, in the body and as a header. */
export type AgentRunOptions = BaseRunParams;

export interface AgentSaveOptions extends SaveOptions {
  /** Whether tools, agents and skills that are not saved are saved first. Default: false, which makes them a ValidationError. */
  saveSubcomponents?: boolean | undefined;
  /** Whether it is saved as a draft, which the platform keeps for a while only. Default: false, which deploys it. */
  asDraft?: boolean | undefined;
}

/** A task that a team of agents plans with. */
export interface AgentTask {
  /** The name, by which other tasks refer to it. */
  name: string;
  /** What is to be done. */
  description: string;
  /** What its result should look like. */
  expectedOutput: string;
  /** The names of the tasks that come before. */
  dependencies?: string[] | undefined;
}

/** Members of the parameters that a run in a session cannot have. */
export const notInSessions = ['tasks', 'prompt', 'inspectors', 'history', 'variables'] as const;

export type { AgentTool };
