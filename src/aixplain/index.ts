export { Aixplain, type AixplainOptions } from './connection.js';
export type { Endpoints } from './endpoints.js';
export { AixplainRecord, type AssetInfo } from './record.js';
export { type ActionOptions, AixplainResource } from './resource.js';
export { AixplainResult } from './result.js';
export * from './statuses.js';
