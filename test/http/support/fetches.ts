/** The implementations of fetch that every test of the transport runs with, by name; undefined is the default, node-fetch. */
export const fetches = Object.entries({ 'node-fetch': undefined, "the user's own fetch": globalThis.fetch });
