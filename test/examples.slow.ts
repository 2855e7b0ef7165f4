import { exampleNames, itRuns, quickExamples } from './support/example.js';
import { outputs } from './support/example-outputs.js';

const names = (await exampleNames()).filter((name) => !quickExamples.includes(name));

describe('every other example', () => {
  for (const name of names) itRuns(name, outputs[name]);
});
