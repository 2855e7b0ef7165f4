import type { ArchitectureNode, NodeResult } from './architecture.js';

/** Whether a result reaches a node: it was not skipped, and its router, if it is one, sends there. */
export function isTaken(result: NodeResult, target: number): boolean {
  return result.skipped !== true && (result.path === undefined || result.path.includes(target));
}

/** The kind of a value, in aiXplain's words. */
function typeOf(value: unknown): string {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float';
  return 'text';
}

const comparisons: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  equal: (left, right) => left === right,
  different: (left, right) => left !== right,
  contain: (left, right) => left.includes(right),
  notContain: (left, right) => !left.includes(right),
  greaterThan: (left, right) => Number(left) > Number(right),
  greaterThanOrEqual: (left, right) => Number(left) >= Number(right),
  lessThan: (left, right) => Number(left) < Number(right),
  lessThanOrEqual: (left, right) => Number(left) <= Number(right),
};

/** What a router or a decision does: the first route that fits says where the value goes; a decision passes on its `passthrough`. */
export function routeOf(node: ArchitectureNode, parameters: Readonly<Record<string, unknown>>): NodeResult {
  const { passthrough, ...compared } = parameters;
  const value = compared.data ?? compared.comparison ?? Object.values(compared)[0];
  const route = node.routes?.find(({ type, operation = 'equal', value: wanted }) => {
    if (type?.toLowerCase() === 'checktype') return typeOf(value) === wanted.toLowerCase();
    const compare = comparisons[operation];
    if (!compare) throw new Error(`The operation '${operation}' of a route is unknown; known are: ${Object.keys(comparisons).join(', ')}.`);
    return compare(String(value), String(wanted));
  });
  return { value: passthrough ?? value, path: route?.path ?? [] };
}
