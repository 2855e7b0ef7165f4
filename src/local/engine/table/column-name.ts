import { z } from 'zod';

/** The name of a column. `__proto__` would replace the prototype of the row. */
export const columnName = z
  .string()
  .min(1)
  .refine((name) => name !== '__proto__', 'a column cannot have the name __proto__');

export const columnNames = z.array(columnName).min(1);
