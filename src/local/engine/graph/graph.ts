import type { BlockConnection, PipelineConfiguration } from '../types.js';

/** A block with its connections. */
export interface Node {
  readonly key: string;
  readonly id: string;
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** In the order of the connections. */
  readonly incoming: Edge[];
  readonly outgoing: Edge[];
}

/** A connection whose two blocks exist. */
export interface Edge {
  readonly connection: BlockConnection;
  readonly source: Node;
  readonly target: Node;
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  /** The block with this id or, if there is none, this key. */
  find(end: string): Node | undefined;
}

/** The graph of a configuration, without dangling and duplicate connections. */
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

/** The connections that close a cycle, each with the ids on the cycle; empty for an acyclic graph. */
export function findCycles(graph: Graph): { edge: Edge; path: string[] }[] {
  const cycles: { edge: Edge; path: string[] }[] = [];
  const done = new Set<Node>();
  for (const start of graph.nodes) {
    if (done.has(start)) continue;
    // Iterative, so that a chain of many thousand blocks cannot overflow the call stack.
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
