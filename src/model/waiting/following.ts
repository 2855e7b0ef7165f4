import { part } from '../support/part.js';

/** What waits for records and runs. */
export const following = part(() => import('./follow.js'));
