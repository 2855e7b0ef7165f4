import { exampleNames, itRuns } from './support/example.js';

const names = (await exampleNames()).filter((name) => /^[12]\d-/.test(name));

describe('every example of one class', () => {
  for (const name of names) itRuns(name);
});
