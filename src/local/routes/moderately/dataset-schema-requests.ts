import { count, positive, text, z } from '../../requests/vocabulary.js';
import { versionStatuses } from './dataset-versions.js';

const column = z.looseObject({
  pos: positive.optional(),
  name: text.min(1),
  source: z.string().optional(),
  type: z.string(),
  nullable: z.boolean(),
  transformExpr: z.string().nullish(),
  description: z.string().nullish(),
  operations: z.array(z.looseObject({ type: z.string() })).optional(),
});

const parsingOptions = z.looseObject({
  skipRows: z.union([count, z.array(count)]).optional(),
  headerRow: positive.optional(),
  delimiter: z.string().optional(),
  encoding: z.string().optional(),
  hasHeader: z.boolean().optional(),
  nullValues: z.array(z.string()).optional(),
  decimalSeparator: z.enum(['.', ',']).optional(),
  dateOrder: z.enum(['day-first', 'month-first']).optional(),
  sheet: z.union([z.string().min(1), positive]).optional(),
});

/** Columns with unique names, because a row has one value for each name. */
const columns = z.array(column).superRefine((value, context) => {
  const names = new Set<string>();
  value.forEach(({ name }, index) => {
    if (names.has(name)) context.addIssue({ code: 'custom', path: [index, 'name'], message: `another column has the name '${name}' too` });
    names.add(name);
  });
});

const status = z.enum(versionStatuses);
/** The body that creates a schema version. */
export const creation = z.object({
  datasetId: text,
  columns: columns.min(1),
  status: status.default('draft'),
  parsingOptions: parsingOptions.optional(),
});
/** The body that changes one. */
export const change = z.object({ status: status.optional(), columns: columns.optional(), parsingOptions: parsingOptions.optional() });
