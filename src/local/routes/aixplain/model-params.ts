import { generatesText, recordsOf } from '../../assets/spelling.js';
import { badRequest } from '../../requests/errors.js';
import type { JsonRecord } from '../../store/record-kinds.js';

const isText = (value: unknown): boolean => typeof value === 'string';
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isJson = (value: unknown): boolean => typeof value === 'object' || isText(value);

/** Whether a value has a parameter's type; types that are not listed take any value. */
const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: isText,
  'text/json': isJson,
  'text/number': (value) => isNumber(value) || isText(value),
  json: isJson,
  number: isNumber,
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
  label: isText,
  audio: isText,
};

/**
 * Checks the input of a run by the model's `params`. A value for `data` stands for all required ones. A text of a language model may be a
 * list of messages.
 * @throws HttpError 400 in the words of the vendor's clients, naming every problem.
 */
export function checkParams(record: JsonRecord, input: JsonRecord): void {
  const takesMessages = generatesText(record);
  const hasData = input.data !== undefined && input.data !== null;
  const problems = recordsOf(record.params).flatMap(({ name, required, dataType, dataSubType }) => {
    const value = input[String(name)];
    if (value === undefined || value === null) return required && !hasData ? [`Required parameter '${String(name)}' is missing`] : [];
    const matches = types[`${String(dataType)}/${String(dataSubType)}`] ?? types[String(dataType)];
    if (!matches || matches(value) || (takesMessages && dataType === 'text' && Array.isArray(value))) return [];
    const given = Array.isArray(value) ? 'array' : typeof value;
    return [`Parameter '${String(name)}' has invalid type. Expected ${String(dataType)}, got ${given}`];
  });
  if (problems.length > 0) throw badRequest(`Parameter validation failed: ${problems.join('; ')}`);
}
