export { fetchRecord } from './fetch.js';
export { validateLoaded, validatesLoads } from './validate.js';
