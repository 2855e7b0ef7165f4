import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { version } from '../src/version.js';

describe('the version', () => {
  it('is that of package.json', () => {
    const { version: declared } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(version).to.equal(declared);
  });
});
