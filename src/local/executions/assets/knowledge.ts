import { inParts, insertAssets } from '../../assets/rows.js';
import { isRecord, keysOf, recordsOf } from '../../assets/spelling.js';
import type { Platform } from '../../context.js';
import type { Store } from '../../store/database.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { Subject } from './handlers.js';

const collection = 'index-records';
/** The records that a search finds, when nothing else is said. */
const defaultTop = 10;

interface IndexRecord {
  key: string;
  text: string;
  metadata: JsonRecord;
}

/** Runs an action of an index; undefined for any other action, and for all but `upsert` where a tool is not an index and has no records. */
export async function runIndexAction(
  platform: Platform,
  subject: Subject,
  { action, data }: JsonRecord,
  isIndex: boolean,
): Promise<{ value: unknown } | undefined> {
  const input = isRecord(data) ? data : {};
  if (action === 'upsert') return Array.isArray(input.records) ? { value: await upsert(platform, subject, input) } : undefined;
  if (!['search', 'get', 'delete', 'count', 'metadata'].includes(String(action))) return undefined;
  const records = await recordsIn(platform.store, subject);
  if (records.length === 0 && !isIndex) return undefined;
  const named = (): IndexRecord[] =>
    records.filter(({ key }) => keysOf(input.id ?? input.ids).some((id) => key === id || partOf(key) === id));
  switch (action) {
    case 'search':
      return { value: search(records, input) };
    case 'get':
      return { value: named().map(shown) };
    case 'delete': {
      const keys = named().map(({ key }) => key);
      await platform.store.transaction().execute((store) => remove(store, subject, keys));
      return { value: { deleted: keys.length } };
    }
    case 'count':
      return { value: records.length };
    default:
      return { value: { count: records.length, fields: [...new Set(records.flatMap(({ metadata }) => Object.keys(metadata)))] } };
  }
}

const shown = ({ key, text, metadata }: IndexRecord): JsonRecord => ({ id: key, text, metadata });
/** The id of the record that a chunk is a part of. */
const partOf = (key: string): string => key.replace(/#\d+$/, '');

async function recordsIn(store: Store, { assetId }: Subject): Promise<IndexRecord[]> {
  const rows = store.selectFrom('assets').select('body').where('parentId', '=', assetId).where('collection', '=', collection);
  return (await rows.orderBy('name').execute()).map(({ body }) => {
    const { name, text, metadata } = JSON.parse(body) as JsonRecord;
    return { key: String(name), text: String(text), metadata: isRecord(metadata) ? metadata : {} };
  });
}

async function remove(store: Store, { assetId }: Subject, keys: readonly string[]): Promise<void> {
  const records = store.deleteFrom('assets').where('parentId', '=', assetId).where('collection', '=', collection);
  await inParts(keys, (some) => records.where('name', 'in', some).execute());
}

async function upsert(platform: Platform, subject: Subject, { records, chunking }: JsonRecord): Promise<JsonRecord> {
  // Of several records with one id, the last one counts.
  const given = new Map(
    recordsOf(records).map(({ id, text, metadata = {} }) => [String(id ?? platform.newId()), { text: String(text ?? ''), metadata }]),
  );
  const chunks = [...given].flatMap(([key, { text, metadata }]) => {
    const parts = isRecord(chunking) ? split(text, chunking) : [text];
    return parts.map((part, index) => ({ name: parts.length === 1 ? key : `${key}#${index}`, text: part, metadata }));
  });
  await platform.store.transaction().execute(async (store) => {
    const keys = (await recordsIn(store, subject)).map(({ key }) => key);
    const old = keys.filter((key) => given.has(key) || given.has(partOf(key)));
    await remove(store, subject, old);
    const inserted = chunks.map((record) => {
      return { identity: { assetId: platform.newId(), teamId: subject.teamId, collection, parentId: subject.assetId }, record };
    });
    await insertAssets(store, platform.clock, inserted);
  });
  return { upserted: given.size, chunks: chunks.length };
}

const units: Readonly<Record<string, RegExp>> = { word: /\S+\s*/g, sentence: /[^.!?]+[.!?]*\s*/g, character: /[\s\S]/gu };

/** The chunks of a text: so many words, sentences or characters, of which some are those that the one before ends with. */
function split(text: string, { split_by: by, split_length: length, split_overlap: overlap }: JsonRecord): string[] {
  const parts = text.match(units[String(by ?? 'sentence')] ?? /[^.!?]+[.!?]*\s*/g) ?? [];
  const size = Math.max(1, Math.floor(Number(length ?? 1)) || 1);
  const step = Math.max(1, size - Math.max(0, Math.floor(Number(overlap ?? 0)) || 0));
  const chunks: string[] = [];
  for (let start = 0; start < parts.length; start += step) {
    chunks.push(
      parts
        .slice(start, start + size)
        .join('')
        .trim(),
    );
    if (start + size >= parts.length) break;
  }
  return chunks.length > 0 ? chunks : [text];
}

const wordsOf = (text: string): Set<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

const operators: Readonly<Record<string, (left: unknown, right: unknown) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => Number(left) > Number(right),
  '<': (left, right) => Number(left) < Number(right),
  '>=': (left, right) => Number(left) >= Number(right),
  '<=': (left, right) => Number(left) <= Number(right),
  in: (left, right) => Array.isArray(right) && right.includes(left),
  'not in': (left, right) => Array.isArray(right) && !right.includes(left),
};

/** The records that have words of the query, those with most of them first, and whose metadata the filters allow. */
function search(records: readonly IndexRecord[], { query, top_k: top, filters }: JsonRecord): JsonRecord[] {
  const wanted = wordsOf(String(query ?? ''));
  const allowed = ({ metadata }: IndexRecord): boolean =>
    recordsOf(filters).every(({ field, operator, value }) => {
      const compare = Object.hasOwn(operators, String(operator)) ? operators[String(operator)] : undefined;
      if (!compare) throw new Error(`There is no operator '${String(operator)}' for filters: use ${Object.keys(operators).join(', ')}.`);
      return compare(metadata[String(field)], value);
    });
  const found = records.filter(allowed).map((record) => {
    const words = wordsOf(record.text);
    const shared = [...wanted].filter((word) => words.has(word)).length;
    return { ...shown(record), score: wanted.size === 0 ? 0 : shared / wanted.size };
  });
  const count = typeof top === 'number' && top >= 0 ? top : defaultTop;
  return found
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score)
    .slice(0, count);
}
