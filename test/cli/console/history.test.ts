import { join } from 'node:path';
import { expect } from 'chai';
import { historyFile, mayBeKept } from '../../../src/cli/console/history.js';

describe('the history of the console', () => {
  it("is in the user's data folder", () => {
    expect(historyFile({ XDG_DATA_HOME: '/data' }, 'linux', '/home/u')).to.equal(join('/data', 'remote-record', 'history'));
    expect(historyFile({}, 'linux', '/home/u')).to.equal(join('/home/u', '.local', 'share', 'remote-record', 'history'));
    expect(historyFile({ LOCALAPPDATA: 'C:/Local' }, 'win32', 'C:/u')).to.equal(join('C:/Local', 'remote-record', 'history'));
    expect(historyFile({ LOCALAPPDATA: '/x' }, 'darwin', '/u')).to.equal(join('/u', '.local', 'share', 'remote-record', 'history'));
  });

  for (const line of [
    "mai.get('x', { apiKey: 'abc' })",
    'const token = "abc"',
    "process.env.SECRET = 'x'",
    "headers['authorization'] = `Bearer x`",
    'MODERATELY_API_KEY=abc remote-record console',
    "Dataset.search({ name: 'the-key' })",
  ]) {
    it(`does not keep ${line}`, () => expect(mayBeKept(line, ['the-key'])).to.equal(false));
  }

  for (const line of [
    'ApiToken.search()',
    'const token = run.token()',
    "PipelineExecution.resume('abc').wait()",
    "Dataset.search({ name: 'a' })",
  ]) {
    it(`keeps ${line}`, () => expect(mayBeKept(line, ['the-key', ''])).to.equal(true));
  }
});
