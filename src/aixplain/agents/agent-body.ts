import { isObject } from '../../vendor.js';
import type { Attachment } from '../files/attachments.js';
import { Skill } from '../skills/skill.js';
import type { Json } from '../steps.js';
import type { Agent } from './agent.js';
import type { AgentRunParams } from './agent-params.js';
import { budgetToSend } from './budget.js';
import { Inspector, type InspectorJson } from './inspector.js';
import { roles, roleToSend } from './roles.js';

/** What the platform returns of an agent but does not take. */
const notSent = [
  'assets',
  'llmId',
  'supervisorId',
  'plannerId',
  'responseGeneratorId',
  'llms',
  'maxIterations',
  'subagents',
  'clonedFromId',
  'assetInfo',
];

/** The body that saves an agent, but for its tools. */
export function agentPayload(agent: Agent, payload: Json): Record<string, unknown> {
  const rest = Object.fromEntries(Object.entries(payload).filter(([key]) => !notSent.includes(key)));
  const { budget: _budget, skills: _skills, model, planner, supervisor, responder, ...plain } = rest;
  void [model, planner, supervisor, responder];
  const budget = budgetToSend(agent.budget);
  const skills = (agent.skills ?? []).map(skillToSend);
  const own = Object.entries(roles).flatMap(([property, wire]) => {
    const role = roleToSend(agent[property as keyof typeof roles]);
    return role ? [[wire, role] as const] : [];
  });
  return {
    ...plain,
    description: singleBraces(agent.description),
    instructions: singleBraces(agent.instructions),
    agents: (agent.agents ?? []).map((each) => ({ id: idOf(each), inspectors: [] })),
    inspectors: (agent.inspectors ?? []).map(inspectorToSend),
    inspectorTargets: (agent.inspectorTargets ?? []).map(targetToSend),
    ...(budget && { budget }),
    ...(skills.length > 0 && { skills }),
    ...Object.fromEntries(own),
  };
}

/** The parts of a run of an agent. */
interface RunParts {
  id: string | null;
  params: AgentRunParams;
  identifier: string | undefined;
  executionParams: Record<string, unknown>;
  attachments: readonly Attachment[];
  tools: readonly Json[];
  modelParameters: Json;
}

/** The body that starts a run of an agent. */
export function agentBody({
  id,
  params,
  identifier,
  executionParams,
  attachments,
  tools,
  modelParameters,
}: RunParts): Record<string, unknown> {
  const {
    query,
    variables,
    attachments: _files,
    executionParams: _params,
    runResponseGeneration,
    session: _session,
    budget: _budget,
    ...rest
  } = params;
  const asked = isObject(query) ? { ...query } : query === undefined || query === null ? undefined : { input: query };
  const others = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined);
  const inspectors = Array.isArray(rest.inspectors) ? { inspectors: rest.inspectors.map(inspectorToSend) } : {};
  return {
    id,
    executionParams,
    runResponseGeneration: runResponseGeneration ?? executionParams.outputFormat === 'json',
    metaData: { userAgent: 'sdk' },
    ...((asked || variables) && { query: { ...asked, ...variables } }),
    ...(attachments.length > 0 && { attachments }),
    ...(tools.length > 0 && { tools }),
    ...(Object.keys(modelParameters).length > 0 && { modelParameters }),
    ...(identifier !== undefined && { identifier }),
    ...Object.fromEntries(others),
    ...inspectors,
  };
}

/** The platform writes the placeholders of variables with single braces. */
function singleBraces(text: string | null): string | null {
  return typeof text === 'string' ? text.replace(/\{\{\s*([^{}]+?)\s*\}\}/g, '{$1}') : text;
}

function skillToSend(skill: Agent['skills'][number]): unknown {
  if (skill instanceof Skill) return skill.toAgentSkill();
  return typeof skill === 'string' ? { id: skill, type: 'skill', assetId: skill } : skill;
}

function inspectorToSend(inspector: unknown): unknown {
  return inspector instanceof Inspector ? inspector.toInspector() : inspector;
}

/** `input`, `steps` and `output` in lower case; any other text is the name of an agent. */
function targetToSend(target: string): string {
  return /^(?:input|steps|output)$/i.test(target) ? target.toLowerCase() : target;
}

function idOf(value: unknown): unknown {
  return isObject(value) ? value.id : value;
}

/** Whether two objects have the same id. */
export function sameId(one: unknown, other: unknown): boolean {
  return idOf(one) === idOf(other);
}

/** Whether two lists of inspectors are sent in the same way. */
export function sameInspectors(local: unknown, saved: unknown): boolean {
  const sent = (list: unknown): string => JSON.stringify(Array.isArray(list) ? list.map(sortedInspector) : list);
  try {
    return sent(local) === sent(saved);
  } catch {
    return false; // saving says what is wrong with one
  }
}

function sortedInspector(inspector: unknown): unknown {
  const sent = inspectorToSend(inspector) as InspectorJson;
  if (!isObject(sent)) return sent;
  const { name, description, severity, targets, action, evaluator, editor, presetId } = sent as Json;
  return { name, description: description || undefined, severity: severity || undefined, targets, action, evaluator, editor, presetId };
}
