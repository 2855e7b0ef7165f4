import type { ArchitectureNode, NodeResult } from './nodes.js';

/** Whether a result reaches the node `target`: its node was not skipped and, if it is a router, chose this target. */
export function isTaken(result: NodeResult, target: number): boolean {
  return result.skipped !== true && (result.path === undefined || result.path.includes(target));
}

/** The name of a value's type in aiXplain's API. */
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

/** The result of a router or a decision: the first matching route determines the path; a decision passes on its `passthrough`. */
export function routeOf(node: ArchitectureNode, parameters: Readonly<Record<string, unknown>>): NodeResult {
  const { passthrough, ...compared } = parameters;
  const value = compared.data ?? compared.comparison ?? Object.values(compared)[0];
  const route = node.routes?.find(({ type, operation = 'equal', value: expected }) => {
    if (type?.toLowerCase() === 'checktype') return typeOf(value) === expected.toLowerCase();
    const compare = comparisons[operation];
    if (!compare) throw new Error(`The operation '${operation}' of a route is unknown; use one of ${Object.keys(comparisons).join(', ')}.`);
    return compare(String(value), String(expected));
  });
  return { value: passthrough ?? value, path: route?.path ?? [] };
}
