import type { ResourceClass } from '../../index.js';
import { fieldSummaries } from '../../vendor.js';
import { type EntityClass, filtersOf, sortKeysOf, verbsOf } from '../entity-class.js';
import type { Style } from '../output/style.js';
import { type Column, renderPairs, renderTable } from '../output/table.js';

/** The entity classes of a console, with what each can do. */
export function listEntities(entities: ReadonlyMap<string, ResourceClass>, options: { width: number; style: Style }): string {
  const columns: Column<[string, ResourceClass]>[] = [
    { title: 'class', value: ([name]) => name },
    { title: 'can', value: ([, target]) => verbsOf(target as EntityClass).join(' ') },
    { title: 'fields', value: ([, target]) => fieldSummaries(target).length },
  ];
  return renderTable(columns, [...entities], options);
}

/** What a class can do, how it is searched, and its fields. */
export function describeEntity(target: EntityClass, { width, style }: { width: number; style: Style }): string {
  const verbs = verbsOf(target);
  const sortKeys = sortKeysOf(target);
  const summary: [string, string][] = [['can', verbs.join(' ')]];
  if (verbs.includes('search')) summary.push(['filters', filtersOf(target).names.join(' ')]);
  if (sortKeys && sortKeys.length > 0) summary.push(['order by', sortKeys.join(' ')]);
  const columns: Column<ReturnType<typeof fieldSummaries>[number]>[] = [
    { title: 'field', value: ({ property }) => property },
    { title: 'type', value: ({ type }) => type },
    { title: 'notes', value: notesOf },
  ];
  const pairs = renderPairs(
    summary.map(([name, text]) => [name, wrapped(text, width - 10)]),
    style,
  );
  return `${style.bold(target.name)}\n${pairs}\n\n${renderTable(columns, fieldSummaries(target), { width, style })}`;
}

function notesOf({ readOnly, createOnly, required, nullable, secret }: ReturnType<typeof fieldSummaries>[number]): string {
  const notes = { 'read-only': readOnly, 'create only': createOnly, required, nullable, secret };
  return Object.keys(notes)
    .filter((name) => notes[name as keyof typeof notes])
    .join(', ');
}

/** Words on lines of at most so many characters. */
export function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
