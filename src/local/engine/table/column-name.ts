import { z } from 'zod';

/** The name of a column. `__proto__` would change the row itself. */
export const columnName = z
  .string()
  .min(1)
  .refine((name) => name !== '__proto__', 'a column cannot be called __proto__');

export const columnNames = z.array(columnName).min(1);
