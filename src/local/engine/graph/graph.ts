import type { BlockConnection, PipelineConfiguration } from '../types.js';

/** A block in its place. */
export interface Node {
  readonly key: string;
  readonly id: string;
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** What arrives, in the order of the connections. */
  readonly incoming: Edge[];
  readonly outgoing: Edge[];
}

/** A connection whose two ends are there. */
export interface Edge {
  readonly connection: BlockConnection;
  readonly source: Node;
  readonly target: Node;
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  /** The block with this id or, failing that, this key. */
  find(end: string): Node | undefined;
}

/** The blocks of a configuration and what connects them; connections that end nowhere and repeated ones are left out. */
export function buildGraph(configuration: PipelineConfiguration): Graph {
  const nodes: Node[] = Object.entries(configuration.blocks).map(([key, { id, type, config }]) => ({
    key,
    id,
    type,
    config,
    incoming: [],
    outgoing: [],
  }));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const find = (end: string) => byId.get(end) ?? byKey.get(end);
  const edges = new Map<string, Edge>();
  for (const connection of configuration.connections ?? []) {
    const [source, target] = [find(connection.source_block_id), find(connection.target_block_id)];
    const name = connectionId(connection);
    if (!source || !target || edges.has(name)) continue;
    const edge = { connection, source, target };
    edges.set(name, edge);
    source.outgoing.push(edge);
    target.incoming.push(edge);
  }
  return { nodes, edges: [...edges.values()], find };
}

export function connectionId({ source_block_id, source_port, target_block_id, target_port }: BlockConnection): string {
  return `${source_block_id}.${source_port}->${target_block_id}.${target_port}`;
}

/** The connections that close a circle, each with the ids on it; empty when blocks can be put in order. */
export function findCycles(graph: Graph): { edge: Edge; path: string[] }[] {
  const cycles: { edge: Edge; path: string[] }[] = [];
  const done = new Set<Node>();
  for (const start of graph.nodes) {
    if (done.has(start)) continue;
    // Walked with a stack of its own: a chain of many thousand blocks must not overflow the call stack.
    const path: { node: Node; next: number }[] = [{ node: start, next: 0 }];
    const onPath = new Set([start]);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const edge = top.node.outgoing[top.next++];
      if (!edge) {
        done.add(top.node);
        onPath.delete(top.node);
        path.pop();
      } else if (onPath.has(edge.target)) {
        const ids = path.map(({ node }) => node.id);
        cycles.push({ edge, path: [...ids.slice(ids.indexOf(edge.target.id)), edge.target.id] });
      } else if (!done.has(edge.target)) {
        path.push({ node: edge.target, next: 0 });
        onPath.add(edge.target);
      }
    }
  }
  return cycles;
}
