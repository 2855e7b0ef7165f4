export * from './api.js';
export * from './base.js';
export * from './operation.js';
export * from './stale.js';
export * from './transport.js';
