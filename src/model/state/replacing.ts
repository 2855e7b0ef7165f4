import { part } from '../support/part.js';

/** Loads what replaces the saved state of records. */
export const replacing = part(() => import('./replace-saved.js'));
