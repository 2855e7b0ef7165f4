import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { connectionOptionNames } from '../../src/http/option-names.js';
import * as front from '../../src/index.js';
import { ApiCall } from '../../src/model/calls/api-call.js';
import { BaseConnection } from '../../src/model/connection.js';
import { connectionEventNames } from '../../src/model/events/event-names.js';
import { entityOptionNames, fieldOptionNames } from '../../src/model/fields/option-names.js';
import { Search } from '../../src/model/searching/search.js';
import { callOptionNames, otherOptions } from '../../src/model/support/known-options.js';
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
  ...Object.keys(front),
  ...classes.flatMap((each) => [...membersOf(each), ...membersOf(each.prototype)]),
  ...[Search, Page, BaseConnection, ApiCall].flatMap(({ prototype }) => membersOf(prototype)),
  ...membersOf(new Page([])),
  ...Object.keys(new APIError('')),
  ...[
    ...entityOptionNames,
    ...fieldOptionNames,
    ...connectionOptionNames,
    ...callOptionNames,
    ...otherOptions.walk,
    ...otherOptions.request,
  ],
  ...connectionEventNames,
  'id',
]);

/** What the examples in the table are about, and words of the language. */
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
];
const words = ['new', 'for', 'await', 'const', 'of', 'true', 'Date', 'a', 'b', 'n', 'Exclude'];

describe('the table of what is called otherwise elsewhere', () => {
  it('has at least twenty habits, and names only what there is', async () => {
    const text = await readFile(join(root, 'docs', 'your-own-api.md'), 'utf8');
    const rows = [...text.slice(text.indexOf('## What it is called elsewhere')).matchAll(/^\| (?!to \||-)(.+?) \|\s*$/gm)];
    expect(rows.length).to.be.greaterThan(20);
    const here = rows.flatMap(([, row = '']) => [...row.slice(row.lastIndexOf('|')).matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));
    const names = here
      .flatMap((code) => code.match(/[A-Za-z]\w*/g) ?? [])
      .filter((name) => !others.includes(name) && !words.includes(name));
    expect(names.length).to.be.greaterThan(60);
    expect([...new Set(names)].filter((name) => !known.has(name))).to.deep.equal([]);
  });
});
