import { type FieldProblem, ResourceError, ValidationError } from '#front';
import { callOptions, isObject } from '../../vendor.js';
import { Asset } from '../models/asset.js';
import type { AixplainRecord } from '../record.js';
import { Skill } from '../skills/skill.js';
import type { Agent } from './agent.js';
import type { AgentSaveOptions } from './agent-params.js';

type Part = AixplainRecord & { id: string | null };

/** Saves the parts of an agent that are not saved: tools, then agents with their own parts, then skills. All are tried. */
export async function saveParts(agent: Agent, options: AgentSaveOptions): Promise<void> {
  const failures: { part: string; error: Error }[] = [];
  for (const { kind, part } of unsavedParts(agent)) {
    const { saveSubcomponents, asDraft } = options;
    const own = kind === 'agent' ? { ...callOptions(options), saveSubcomponents, asDraft } : callOptions(options);
    try {
      await part.save({}, own);
    } catch (error) {
      failures.push({ part: `${kind} '${part.name}'`, error: error as Error });
    }
  }
  if (failures.length === 0) return;
  const list = failures.map(({ part, error }) => `${part}: ${error.message}`).join('; ');
  throw new ResourceError(`save of ${String(agent)}: failed to save ${failures.length} component(s): ${list}`, {
    cause: failures.length === 1 ? failures[0]!.error : new AggregateError(failures.map(({ error }) => error)),
  });
}

/** @throws ValidationError that names the parts that are not saved. */
export function refuseUnsaved(agent: Agent, operation: string): void {
  const unsaved = unsavedParts(agent);
  if (unsaved.length === 0) return;
  const details: FieldProblem[] = unsaved.map(({ kind, part }) => ({
    field: `${kind}s`,
    message: `has ${String(part)}, which is not saved`,
  }));
  const names = unsaved.map(({ kind, part }) => `${kind} '${part.name}'`).join(', ');
  throw new ValidationError(
    `${operation} of ${String(agent)}: not saved yet: ${names}. Save them first, or the agent with save({}, { saveSubcomponents: true }).`,
    { details },
  );
}

function unsavedParts({ tools, agents, skills }: Agent): { kind: 'tool' | 'agent' | 'skill'; part: Part }[] {
  const lists = [
    ['tool', (tools ?? []).filter((tool): tool is Asset => tool instanceof Asset)],
    ['agent', (agents ?? []).filter(isRecord)],
    ['skill', (skills ?? []).filter((skill): skill is Skill => skill instanceof Skill)],
  ] as const;
  return lists.flatMap(([kind, parts]) => (parts as readonly Part[]).filter(({ id }) => !id).map((part) => ({ kind, part })));
}

function isRecord(value: unknown): value is Part {
  return isObject(value) && typeof value.save === 'function';
}
