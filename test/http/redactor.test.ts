import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { Redactor } from '../../src/http/redactor.js';
import { isSecretName } from '../../src/model/support/secret-names.js';

const KEY = 'sk-live+abc/123==';

describe('redaction', () => {
  const redactor = new Redactor().add(KEY);

  for (const [form, text] of [
    ['as it is', `Bearer ${KEY}`],
    ['percent-encoded', `https://h/x?key=${encodeURIComponent(KEY)}&y=1`],
    ['in base64', Buffer.from(KEY).toString('base64')],
    ['several times', `${KEY}${KEY} ${KEY}`],
  ]) {
    it(`takes a secret out that stands ${form}`, () => {
      const cleaned = redactor.text(text ?? '');
      expect(cleaned).to.contain('[redacted]').and.not.contain('abc/123').and.not.contain(Buffer.from(KEY).toString('base64'));
    });
  }

  it('takes a secret with a quote out of JSON text', () => {
    expect(new Redactor().add('a"b\\cdefgh').text(JSON.stringify({ key: 'a"b\\cdefgh' }))).to.equal('{"key":"[redacted]"}');
  });

  it('takes a short secret out only where it stands alone', () => {
    const short = new Redactor().add('key');
    expect(short.text('Bearer key, "key", monkey keys')).to.equal('Bearer [redacted], "[redacted]", monkey keys');
  });

  it('ignores blank secrets', () => {
    expect(new Redactor().add('').add('  ').add(undefined).text('a  b')).to.equal('a  b');
  });

  it('hears of secrets that are added after its first use', () => {
    const late = new Redactor().add('first-secret');
    late.text('x');
    expect(late.add('second-secret').text('second-secret')).to.equal('[redacted]');
  });

  it('cleans keys and values of nested data and leaves the rest alone', () => {
    const value = { a: [1, null, true, { [KEY]: `x ${KEY}` }], b: 'fine' };
    expect(redactor.value(value)).to.deep.equal({ a: [1, null, true, { '[redacted]': 'x [redacted]' }], b: 'fine' });
  });

  it('cleans an error and its causes and keeps them what they are', () => {
    const cause = Object.assign(new TypeError(`request to https://h/?k=${KEY} failed`), { code: 'ECONNRESET', config: `key ${KEY}` });
    const error = redactor.error(new AggregateError([new Error(KEY)], KEY, { cause }));
    expect(error).to.be.instanceOf(AggregateError).with.property('cause', cause);
    expect(cause.code).to.equal('ECONNRESET');
    expect(inspect(error, { depth: 10, showHidden: true })).to.not.contain(KEY);
  });

  for (const url of [
    'https://s3.test/b/k?X-Amz-Algorithm=A&X-Amz-Credential=AKIA%2F2026&X-Amz-Signature=0f0f',
    'https://acc.blob.test/c/b?sv=2024&sig=abc%3D',
    'https://storage.test/b/o?GoogleAccessId=x&Expires=1&Signature=abc',
    'https://h.test/f?token=abc#frag',
  ]) {
    it(`cuts the query off a presigned URL it never heard of: ${url.slice(0, 40)}`, () => {
      const [bare] = url.split('?');
      expect(new Redactor().text(`see <a href="${url}">`)).to.equal(`see <a href="${bare}?[redacted]">`);
    });
  }

  // Regular expressions that begin again at each part of such a text would take hours.
  for (const part of ['http://', 'http://?', 'http://#', 'http://a?b=#', 'https://h/?sig', '?=', 'Signature', 'X-Amz-Signature=&', '"=']) {
    it(`takes no longer than reading for a text of nothing but ${part}`, () => {
      const text = part.repeat(2 ** 20);
      expect(new Redactor().add('secret-1').text(`${text} secret-1`).endsWith('[redacted]')).to.equal(true);
    });
  }

  it('finds the query of a URL that follows others, in a fragment or after a question mark', () => {
    const signed = 'https://h.test/f?sig=abc';
    const cut = 'https://h.test/f?[redacted]';
    for (const before of ['https://http://', 'https://x#', 'why? ', 'a=b? https://h.test/f?page=1 ', '?a=b '])
      expect(new Redactor().text(`${before}${signed} end`)).to.equal(`${before}${cut} end`);
  });

  it('redacts a key of an object without disturbing the others', () => {
    const value: unknown = JSON.parse(`{"a":1,"${KEY}":{"b":"${KEY}"},"__proto__":"${KEY}"}`);
    expect(JSON.stringify(redactor.value(value))).to.equal('{"a":1,"__proto__":"[redacted]","[redacted]":{"b":"[redacted]"}}');
  });

  it('leaves an ordinary query alone', () => {
    expect(new Redactor().text('https://h.test/files?page=2&orderBy=name')).to.equal('https://h.test/files?page=2&orderBy=name');
  });

  it('knows the query of a presigned URL, whole and in parts', () => {
    const url = new URL('https://h.test/f?X-Amz-Signature=deadbeefdeadbeef&x-id=PutObject');
    const scoped = new Redactor(redactor).addPresigned(url);
    expect(scoped.text('SignatureProvided: deadbeefdeadbeef')).to.equal('SignatureProvided: [redacted]');
    expect(scoped.text('X-Amz-Signature=deadbeefdeadbeef&x-id=PutObject')).to.equal('[redacted]');
    expect(scoped.text(`and ${KEY}`)).to.equal('and [redacted]');
  });

  it('lets no secret through, whatever is around it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, unit: 'grapheme-ascii' }), fc.string(), fc.string(), (secret, before, after) => {
        fc.pre(secret.trim() !== '' && !'[redacted]'.includes(secret));
        return (
          !new Redactor()
            .add(secret)
            .text(before + secret + after)
            .includes(secret) || (before + after).includes(secret)
        );
      }),
    );
  });
});

describe('the name of a header or parameter', () => {
  for (const name of [
    'Authorization',
    'x-api-key',
    'X-Aixplain-Key',
    'apiKey',
    'accessToken',
    'Set-Cookie',
    'X-Amz-Signature',
    'X-Amz-Credential',
    'client_secret',
    'sig',
  ]) {
    it(`tells that ${name} is a secret`, () => expect(isSecretName(name)).to.equal(true));
  }
  for (const name of ['keyword', 'author', 'content-type', 'WWW-Authenticate', 'monkey', 'tokenized', 'x-request-id']) {
    it(`tells that ${name} is none`, () => expect(isSecretName(name)).to.equal(false));
  }
});
