import { expect } from 'chai';
import { exampleNames, runExample } from './support/example.js';

const names = await exampleNames();

describe('every example', () => {
  it('is there', () => {
    expect(names).to.include('01-quickstart.js');
  });

  for (const name of names) {
    it(`${name} runs with one command and ends well`, async () => {
      const { code, out, err } = await runExample(name);
      expect(err).to.equal('');
      expect(code, out).to.equal(0);
      expect(out).not.to.equal('');
    }).timeout(60_000);
  }
});
