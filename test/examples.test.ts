import { expect } from 'chai';
import { exampleNames, itRuns } from './support/example.js';

/** The examples from 10 on show one subject of a platform each; they are among the slower tests. */
const names = (await exampleNames()).filter((name) => name.startsWith('0'));

describe('every example', () => {
  it('is there', () => {
    expect(names).to.include('01-quickstart.js');
  });

  for (const name of names) itRuns(name);
});
