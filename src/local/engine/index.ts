export { BlockError, TableError } from './errors.js';
export { runGraph } from './graph/run.js';
export { configurationSchema, publishedConfiguration } from './graph/schema.js';
export { validateConfiguration } from './graph/validate.js';
export { parseTable } from './table/parse.js';
export type * from './types.js';
