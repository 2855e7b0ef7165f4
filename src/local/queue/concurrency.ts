/** How many jobs a process runs at a time, unless it is told otherwise. */
export const defaultConcurrency = 8;
