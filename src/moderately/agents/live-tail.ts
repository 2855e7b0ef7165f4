import { asText, isObject, loadRecord, type RecordClass } from '../../vendor.js';
import type { AgentMemoryState } from './agent-memory-state.js';

type Json = Record<string, unknown>;

/** One step of an agent, in the same form whichever of its formats the platform sent. */
export interface AgentStep {
  /** What the step is. */
  kind: 'task' | 'thought' | 'code' | 'observation' | 'plan' | 'fact' | 'system' | 'final_answer' | (string & {});
  /** The text of the step; '' if it has none in a known form. */
  text: string;
  /** Only for the kind `final_answer`. */
  resourceIds: string[];
  /** What it is about, in one line. */
  summary: string | null;
  /** When it began. */
  startedAt: Date | null;
  /** When it ended; null while it goes on. */
  endedAt: Date | null;
  /** The step as the platform sent it. */
  raw: unknown;
}

/** How far an execution is, with what the agent remembers and does. */
export interface LiveTail {
  /** The execution. */
  execution: {
    /** The id of the execution. */
    agentExecutionId: string;
    /** The state of the execution. */
    status: string;
    /** The step it is at. */
    currentStep: number | null;
    /** When the platform created it. */
    createdAt: Date | null;
    /** When the platform last changed it. */
    updatedAt: Date | null;
    /** When it started; null before. */
    startedAt: Date | null;
    /** When it was completed; null when it is not. */
    completedAt: Date | null;
  };
  /** The latest memory state; null when there is none. */
  latestMemoryState: AgentMemoryState | null;
  /** What the agent did, in order. */
  steps: AgentStep[];
  /** How many memory states there are. */
  totalVersions: number;
}

/** The keys of a step's text, for kinds of steps whose key is not the kind itself. */
const textKeys: Readonly<Record<string, readonly string[]>> = { fact: ['facts'], final_answer: ['finalAnswer', 'final_answer'] };

export function readLiveTail(response: Json, State: RecordClass<AgentMemoryState>): LiveTail {
  const { execution, latestMemoryState, steps, totalVersions } = response;
  const found = isObject(execution) ? execution : {};
  return {
    execution: {
      agentExecutionId: asText(found.agentExecutionId ?? ''),
      status: asText(found.status ?? ''),
      currentStep: typeof found.currentStep === 'number' ? found.currentStep : null,
      createdAt: dateOf(found.createdAt),
      updatedAt: dateOf(found.updatedAt),
      startedAt: dateOf(found.startedAt),
      completedAt: dateOf(found.completedAt),
    },
    latestMemoryState: isObject(latestMemoryState) ? loadRecord(State, latestMemoryState) : null,
    steps: Array.isArray(steps) ? steps.map(readStep) : [],
    totalVersions: typeof totalVersions === 'number' ? totalVersions : 0,
  };
}

/** Steps are sent in camelCase, in snake_case, or in a third format that only the vendor's examples show. Any other is kept in `raw`. */
export function readStep(raw: unknown): AgentStep {
  const step = isObject(raw) ? raw : {};
  const kind = asText(step.stepType ?? step.step_type ?? step.type ?? 'unknown');
  const said = [...(textKeys[kind] ?? [kind]), 'content', 'output'].map((key) => step[key]).find((value) => value !== undefined);
  const response = isObject(said) ? said : {};
  const ids = response.resourceIds ?? response.resource_ids;
  return {
    kind,
    text: typeof said === 'string' ? said : typeof response.output === 'string' ? response.output : '',
    resourceIds: Array.isArray(ids) ? ids.map((id) => asText(id)) : [],
    summary: typeof step.summary === 'string' ? step.summary : null,
    startedAt: dateOf(step.startedAt ?? step.started_at ?? step.timestamp),
    endedAt: dateOf(step.endedAt ?? step.ended_at),
    raw,
  };
}

function dateOf(value: unknown): Date | null {
  return typeof value === 'string' || typeof value === 'number' ? new Date(value) : null;
}
