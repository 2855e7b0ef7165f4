import type { BlockConnection, BlockProblem, BlockProblemType, ConnectionProblem, ConnectionProblemType } from '../types.js';
import { connectionId, type Node } from './graph.js';

export function blockProblem(
  { id, type }: Pick<Node, 'id' | 'type'>,
  errorType: BlockProblemType,
  message: string,
  portName?: string,
): BlockProblem {
  return {
    type: 'block_type_error',
    blockId: id,
    blockType: type,
    errorType,
    message,
    ...(portName !== undefined && { portName, sourceBlockId: null, sourcePort: null }),
  };
}

export function connectionProblem(connection: BlockConnection, errorType: ConnectionProblemType, message: string): ConnectionProblem {
  return {
    type: 'connection_error',
    connectionId: connectionId(connection),
    sourceBlockId: connection.source_block_id,
    sourcePort: connection.source_port,
    targetBlockId: connection.target_block_id,
    targetPort: connection.target_port,
    errorType,
    message,
  };
}
