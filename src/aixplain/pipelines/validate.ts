import { type FieldProblem, ValidationError } from '#front';
import type { Architecture, PipelineNode } from './architecture.js';
import { placeholdersIn } from './prompt.js';

/**
 * Checks that a graph can be run: it has an INPUT, an OUTPUT and an ASSET or SCRIPT node, every node is linked, and every required input is
 * set or linked.
 *
 * @throws ValidationError with one detail per problem, whose field is the node's label, followed by a dot and the code of the input if
 *   the problem is about one.
 */
export function validateArchitecture(architecture: Architecture): void {
  const details = [...missingKinds(architecture), ...architecture.nodes.flatMap((node) => problemsOf(node, architecture))];
  if (details.length === 0) return;
  const list = details.map(({ field, message }) => `${field} ${message}`).join('; ');
  throw new ValidationError(`The graph is not complete: ${list}.`, { details });
}

const typeOf = (node: PipelineNode): string => node.type.toUpperCase();
const nameOf = (node: PipelineNode): string => node.label ?? `${typeOf(node)}(ID=${node.number})`;

function missingKinds({ nodes }: Architecture): FieldProblem[] {
  const kinds: [string, readonly string[]][] = [
    ['an INPUT node', ['INPUT']],
    ['an OUTPUT node', ['OUTPUT']],
    ['an ASSET or SCRIPT node', ['ASSET', 'SCRIPT']],
  ];
  return kinds
    .filter(([, types]) => !nodes.some((node) => types.includes(typeOf(node))))
    .map(([kind]) => ({ field: 'nodes', message: `do not include ${kind}` }));
}

function problemsOf(node: PipelineNode, { links }: Architecture): FieldProblem[] {
  const problem = (message: string, code?: string): FieldProblem => ({ field: nameOf(node) + (code ? `.${code}` : ''), message });
  const problems: FieldProblem[] = [];
  const type = typeOf(node);
  if (type !== 'OUTPUT' && !links.some(({ from }) => from === node.number)) problems.push(problem('has no outgoing link'));
  if (type !== 'INPUT' && !links.some(({ to }) => to === node.number)) problems.push(problem('has no incoming link'));
  const inputs = [...(node.inputValues ?? []), ...(node.customInputs ?? [])];
  const mappings = links.flatMap(({ to, paramMapping }) => (to === node.number ? paramMapping : []));
  const given = (code: string): boolean =>
    mappings.some(({ to }) => to === code) ||
    inputs.some((input) => input.code === code && input.value !== undefined && input.value !== null);
  for (const { code, isRequired } of inputs)
    if (isRequired && !given(code)) problems.push(problem('is required, but neither set nor linked', code));
  const prompt = inputs.find(({ code }) => code === 'prompt')?.value;
  for (const name of typeof prompt === 'string' ? placeholdersIn(prompt) : []) {
    if (!inputs.some(({ code }) => code === name)) problems.push(problem('is in the prompt, but is not an input of the node', name));
  }
  return problems;
}
