import { expect } from 'chai';
import { exampleNames, itRuns } from './support/example.js';

/** The examples 10 to 29 show one class of Moderately each; they are among the slower tests. */
const names = (await exampleNames()).filter((name) => !/^[12]\d-/.test(name));

describe('every example', () => {
  it('is there', () => {
    expect(names).to.include('01-quickstart.js');
  });

  for (const name of names) itRuns(name);
});
