import { expect } from 'chai';
import { exampleNames, itRuns, quickExamples } from './support/example.js';

const lakes = 'Baikal, Tanganyika, Superior, Vostok, Malawi, Michigan, Huron';

/** What examples print that print the same each time. */
const outputs: Readonly<Record<string, string>> = {
  '06-pages-of-every-kind.js': [
    `ByPage: ${lakes}`,
    ...[1, 2, 3].map((page) => `  /v1/by-page?page=${page}&per_page=3`),
    `ByOffset: ${lakes}`,
    ...[0, 3, 6].map((offset) => `  /v1/by-offset?offset=${offset}&limit=3`),
    `ByCursor: ${lakes}`,
    ...['limit=3', 'limit=3&cursor=Mw%3D%3D', 'limit=3&cursor=Ng%3D%3D'].map((query) => `  /v1/by-cursor?${query}`),
    `ByLastId: ${lakes}`,
    ...['limit=3', 'limit=3&starting_after=lake2', 'limit=3&starting_after=lake5'].map((query) => `  /v1/by-last-id?${query}`),
    `ByLink: ${lakes}`,
    ...['limit=3', 'from=3', 'from=6'].map((query) => `  /v1/by-link?${query}`),
    `ByUrl: ${lakes}`,
    ...['limit=3', 'from=3', 'from=6'].map((query) => `  /v1/by-url?${query}`),
    `ByLetter: ${lakes}`,
    ...['a', 'b', 'c'].map((letter) => `  /v1/by-letter?letter=${letter}`),
    'later, in any process: Vostok, Malawi, Michigan, Huron\n',
  ].join('\n'),
};

describe('the examples of an API of one’s own', () => {
  it('are there', async () => {
    expect(await exampleNames()).to.include.members([...quickExamples, '01-quickstart.js']);
  });

  for (const name of quickExamples) itRuns(name, outputs[name]);
});
