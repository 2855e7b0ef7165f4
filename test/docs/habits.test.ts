import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import * as aixplain from '../../src/aixplain/index.js';
import { connectionOptionNames } from '../../src/http/option-names.js';
import * as front from '../../src/index.js';
import { ApiCall } from '../../src/model/calls/api-call.js';
import { BaseConnection } from '../../src/model/connection.js';
import { connectionEventNames } from '../../src/model/events/event-names.js';
import { entityOptionNames, fieldOptionNames } from '../../src/model/fields/option-names.js';
import { Search } from '../../src/model/searching/search.js';
import { callOptionNames, hookOptionNames, otherOptions, waitOptionNames } from '../../src/model/support/known-options.js';
import * as moderately from '../../src/moderately/index.js';
import { root } from '../support/consumer.js';

const { APIError, BaseResource, DeleteResourceMixin, GetResourceMixin, Page, RunnableResourceMixin } = front;
const { SearchResourceMixin, StreamResourceMixin, WaitableResourceMixin } = front;
const Full = DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource)));

/** The names of all members of an object, inherited ones included. */
function membersOf(object: object | null): string[] {
  const names: string[] = [];
  for (let at = object; at !== null && at !== Object.prototype && at !== Function.prototype; at = Object.getPrototypeOf(at)) {
    names.push(...Object.getOwnPropertyNames(at));
  }
  return names;
}

const classes = [Full, RunnableResourceMixin(BaseResource), StreamResourceMixin(BaseResource), WaitableResourceMixin(BaseResource)];
const known = new Set([
  ...[front, moderately, aixplain].flatMap((module) => Object.keys(module)),
  ...membersOf(moderately.PipelineExecution.prototype),
  ...membersOf(front.Connection),
  ...classes.flatMap((each) => [...membersOf(each), ...membersOf(each.prototype)]),
  ...[Search, Page, BaseConnection, ApiCall].flatMap(({ prototype }) => membersOf(prototype)),
  ...membersOf(new Page([])),
  ...Object.keys(new APIError('')),
  ...[
    ...entityOptionNames,
    ...fieldOptionNames,
    ...connectionOptionNames,
    ...callOptionNames,
    ...hookOptionNames,
    ...waitOptionNames,
    ...otherOptions.walk,
    ...otherOptions.request,
  ],
  ...connectionEventNames,
  'id',
]);

/** What the examples in the tables are about, members that only a relation or a conflict has, and words of the language. */
const others = [
  'Class',
  'record',
  'page',
  'connection',
  'attributes',
  'params',
  'options',
  'hook',
  'listener',
  'path',
  'size',
  'name',
  'author',
  'asc',
  'etag',
  'comment',
  'data',
  'by',
  'loaded',
  'set',
  'onConflict',
];
const words = [
  'new',
  'for',
  'await',
  'const',
  'of',
  'true',
  'Date',
  'a',
  'b',
  'n',
  'Exclude',
  'Transform',
  'BigInt',
  'false',
  'instanceof',
];

describe('the tables of habits', () => {
  let rows: string[][];
  before(async () => {
    const text = await readFile(join(root, 'docs', 'habits.md'), 'utf8');
    rows = [...text.matchAll(/^\| (?!to \|)([^-].*) \|$/gm)].map(([, row = '']) => row.split(' | '));
  });

  it('have at least eighty habits, each with what is written elsewhere and here', () => {
    expect(rows.length).to.be.greaterThan(80);
    expect(rows.filter((cells) => cells.length !== 3)).to.deep.equal([]);
    expect(rows.map(([to]) => to).filter((to, index, all) => all.indexOf(to) !== index)).to.deep.equal([]);
  });

  it('name only what there is', () => {
    const here = rows.flatMap(([, , cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replaceAll(/'[^']*'/g, '')),
    );
    const names = here.flatMap((code) => code.match(/[A-Za-z]\w*/g) ?? []).filter((name) => ![...others, ...words].includes(name));
    expect(names.length).to.be.greaterThan(140);
    expect([...new Set(names)].filter((name) => !known.has(name))).to.deep.equal([]);
  });
});
