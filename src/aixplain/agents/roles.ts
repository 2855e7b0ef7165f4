import { isObject } from '../../vendor.js';
import { Asset } from '../models/asset.js';
import type { Json } from '../steps.js';

/** The model of a role of an agent: as a record, whose inputs are sent with it, by its id, or with parameters. */
export type ModelRole =
  | Asset
  | string
  | {
      /** The id of the model. */
      id: string;
      /** The name of the model. */
      name?: string | undefined;
      /** Values for parameters of the model, by name or as a list. */
      parameters?:
        | Readonly<Record<string, unknown>>
        | readonly {
            /** The name of the parameter. */
            name: string;
            /** Its value. */
            value: unknown;
          }[]
        | undefined;
    };

/** The roles and their names on the wire. */
export const roles = { llm: 'model', planner: 'planner', supervisor: 'supervisor', responseGenerator: 'responder' } as const;

/** The names of roles at the start of a run. */
export const runRoles = { llm: 'llm', planner: 'planner', supervisor: 'supervisor', responseGenerator: 'responder' } as const;

/** A role as it is saved; undefined for none. */
export function roleToSend(role: unknown): Record<string, unknown> | undefined {
  const id = typeof role === 'string' ? role : isObject(role) ? role.id : undefined;
  if (typeof id !== 'string' || id === '') return undefined;
  const parameters = roleParameters(role);
  return { id, ...(parameters.length > 0 && { parameters }) };
}

/** The parameters of a role, which a run sends. */
export function roleParameters(role: unknown): { name: string; value: unknown }[] {
  if (role instanceof Asset) return named(Object.entries(role.inputs.toJSON()).map(([name, value]) => [camelCased(name), value]));
  const { parameters } = isObject(role) ? role : ({} as Json);
  if (Array.isArray(parameters)) return named(parameters.filter(isObject).map(({ name, value }) => [String(name), value]));
  return isObject(parameters) ? named(Object.entries(parameters)) : [];
}

/** Whether two roles are sent in the same way. */
export function sameRole(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(role: unknown): unknown {
  const { id } = roleToSend(role) ?? {};
  return [id, roleParameters(role).sort((one, other) => (one.name < other.name ? -1 : 1))];
}

function named(entries: readonly (readonly [string, unknown])[]): { name: string; value: unknown }[] {
  return entries.filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => ({ name, value }));
}

function camelCased(name: string): string {
  return name.replace(/_+([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}
