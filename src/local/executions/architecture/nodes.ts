/** A parameter of a node and its value. */
export interface NodeParameter {
  code: string;
  value?: unknown;
}

/** A node of an aiXplain architecture. */
export interface ArchitectureNode {
  number: number;
  type: string;
  label?: string;
  inputValues?: NodeParameter[];
  customInputs?: NodeParameter[];
  assetId?: string;
  routes?: { value: string; path: number[]; operation?: string; type?: string }[];
  [key: string]: unknown;
}

/** A link between two nodes, by their numbers, with the parameters it connects. */
export interface Link {
  from: number;
  to: number;
  paramMapping?: { from: string; to: string }[];
}

/** The result of a node: its value, or that it was skipped. A router also gives the numbers of the nodes it sends the value to. */
export interface NodeResult {
  value?: unknown;
  skipped?: boolean;
  path?: readonly number[];
}

/** The node's label, or the one that aiXplain's clients derive from its type and number. */
export const labelOf = (node: ArchitectureNode): string => node.label ?? `${node.type.toUpperCase()}(ID=${node.number})`;
