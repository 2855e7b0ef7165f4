/** Why work was interrupted on purpose, by a cancel, a pause or a delete; the record says the rest. */
export class Interrupted extends Error {}
