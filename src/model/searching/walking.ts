import { part } from '../support/part.js';
import type { WalkedPage, WalkOptions } from './walk.js';

const walking = part(() => import('./walk.js'));

/** Walks from a page to the last one. @throws as `walk` does. */
export async function* walkPages<T, P extends WalkedPage<T, P>>(
  start: { page: P | null },
  options: WalkOptions,
): AsyncGenerator<P, void, void> {
  const { walk } = await walking();
  yield* walk<T, P>(start, options, () => true);
}

/** Walks the records from a page to the last one. @throws as `walk` does. */
export async function* walkRecords<T, P extends WalkedPage<T, P>>(
  start: { page: P | null },
  options: WalkOptions,
): AsyncGenerator<T, void, void> {
  const { walkRecords: records } = await walking();
  yield* records<T, P>(start, options);
}
