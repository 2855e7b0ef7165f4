import { expect } from 'chai';
import fc from 'fast-check';
import { misspelled, nearestName } from '../../../src/model/support/names.js';

describe('names', () => {
  const options = ['timeout', 'maxRetries', 'headers', 'signal', 'query', 'description'];

  it('finds the option that was meant', () => {
    const meant = {
      timout: 'timeout',
      maxRetry: 'maxRetries',
      max_retries: 'maxRetries',
      Headers: 'headers',
      singal: 'signal',
      desc: 'description',
    };
    for (const [given, name] of Object.entries(meant)) expect(nearestName(given, options), given).to.equal(name);
  });

  it('finds what other libraries call it, where there is such an option', () => {
    const known = ['include', 'pageSize', 'name', 'page', 'headers', 'query', 'apiKey', 'maxRetries', 'waitTime', 'timeout'];
    const meant = {
      relations: 'include',
      populate: 'include',
      take: 'pageSize',
      skip: 'page',
      defaultHeaders: 'headers',
      token: 'apiKey',
      poll_interval: 'waitTime',
    };
    for (const [given, name] of Object.entries(meant)) expect(nearestName(given, known), given).to.equal(name);
    expect(nearestName('take', ['name'])).to.equal('name');
    expect(nearestName('constructor', ['include'])).to.equal(undefined);
    expect(nearestName('limit', ['limit', 'pageSize'])).to.equal('limit');
  });

  it('suggests nothing for a name that is like none', () => {
    expect(nearestName('zzzzzz', options)).to.equal(undefined);
    expect(nearestName('x'.repeat(100_000), options)).to.equal(undefined);
    expect(nearestName('$', options)).to.equal(undefined);
  });

  it('takes one or two wrong letters for a misspelling, and neither a plural nor another word', () => {
    expect(misspelled('nmae', ['name'])).to.equal('name');
    expect(misspelled('created_at', ['createdAt'])).to.equal('createdAt');
    expect(misspelled('descripton', ['description'])).to.equal('description');
    for (const other of ['names', 'name', 'title', 'label']) expect(misspelled(other, ['name']), other).to.equal(undefined);
  });

  it('takes no other short word, and no other word of several, for a misspelling', () => {
    const others = {
      save: ['wave', 'safe', 'sale', 'slave', 'shave'],
      run: ['sun', 'fun', 'ran', 'prune'],
      fail: ['mail', 'tail', 'rail'],
      poll: ['roll', 'pull', 'pool'],
      clone: ['close', 'alone'],
      name: ['game', 'fame', 'names'],
      createdAt: ['created', 'createdBy', 'updatedAt'],
      fileName: ['fileNames', 'fileSize'],
    };
    for (const [name, words] of Object.entries(others)) {
      for (const word of words) expect(misspelled(word, [name]), word).to.equal(undefined);
    }
    const meant = {
      sav: 'save',
      svae: 'save',
      savve: 'save',
      fial: 'fail',
      pol: 'poll',
      cloen: 'clone',
      creatdAt: 'createdAt',
      filName: 'fileName',
    };
    for (const [given, name] of Object.entries(meant)) expect(misspelled(given, [name]), given).to.equal(name);
  });

  it('never throws, and finds each name for itself', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string({ minLength: 1 })), (name, known) => {
        nearestName(name, known);
        misspelled(name, known);
        for (const each of known) expect(misspelled(each, known)).to.equal(undefined);
      }),
    );
  });
});
