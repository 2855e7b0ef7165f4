import { ModelResult } from '../models/model-result.js';

/** The result of an action of a tool; `data` is whatever the action returns. */
export class ToolResult<D = unknown> extends ModelResult<D> {}
