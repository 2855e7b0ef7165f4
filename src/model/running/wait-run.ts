export { follow, followToEnd } from '../waiting/follow.js';
export { pollRun } from './poll-run.js';
