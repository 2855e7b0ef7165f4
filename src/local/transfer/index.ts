export { exportPlatform } from './export.js';
export type { Manifest } from './folder.js';
export { importPlatform } from './import.js';
export type { Place, TransferOptions, TransferProgress } from './options.js';
