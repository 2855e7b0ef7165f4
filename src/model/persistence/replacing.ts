import { part } from '../support/part.js';

/** Loads what takes over a record that a platform has sent. */
export const replacing = part(() => import('./taking-over.js'));
