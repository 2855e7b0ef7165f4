/** A module without handlers. */
export const nothing = 1;
