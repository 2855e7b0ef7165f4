import { expect } from 'chai';
import { parseExact } from '../../../src/http/calls/exact-json.js';
import { stringifyExact } from '../../../src/http/calls/write-exact.js';
import { WireNumber } from '../../../src/model/state/wire-number.js';

/** Whether a text is parsed to the same as by JSON.parse. */
async function isPlain(text: string): Promise<boolean> {
  const value = await parseExact(text);
  expect(JSON.parse(JSON.stringify(value) ?? 'null')).to.deep.equal(JSON.parse(JSON.stringify(JSON.parse(text))));
  return (await stringifyExact(value)) === JSON.stringify(JSON.parse(text));
}

describe('JSON with numbers that JavaScript cannot hold', () => {
  const inexact = [
    '9007199254740993',
    '-9007199254740993',
    '9007199254740992',
    '9007199254740993.0',
    '10000000000000000',
    '123456789012345678901234567890',
    '0.123456789012345678901',
    '1234567890.123456789',
    '1e400',
    '-1E+999',
    '1e-400',
    '-1E-400',
    '0.0001e-399',
    '1.23456789012345678901e5',
    '1.00000000000000000001',
    '123456789012345678.5',
    '123456789012345678e-20',
    '90071992547409931E0',
    `0.${'0'.repeat(330)}1`,
    `1${'0'.repeat(310)}`,
  ];

  it('is written as it came, wherever they stand', async () => {
    for (const number of inexact) {
      for (const text of [number, `[${number}]`, `{"a":${number}}`, `{"a":{"b":[0,${number},1]},"c":${number}}`]) {
        const padded = `{"x":"${'y'.repeat(number.length)}","z":${text}}`;
        for (const json of [text, padded]) expect(await stringifyExact(await parseExact(json)), json).to.equal(json);
      }
      const spaced = `{ "a" :\n ${number} }`;
      expect(await stringifyExact(await parseExact(spaced))).to.equal(`{"a":${number}}`);
    }
  });

  it('is found at every place of a text', async () => {
    for (let at = 0; at < 40; at++) {
      const json = `{"${'k'.repeat(at)}":9007199254740993}`;
      expect(await stringifyExact(await parseExact(json))).to.equal(json);
    }
  });

  it('is left to JSON.parse where numbers can be held', async () => {
    for (const number of ['0', '-1.5', '9007199254740991', '0.30000000000000004', '1.7976931348623157e308', '5e-324', '1e21', '0.10']) {
      expect(await isPlain(`{"a":${number}}`), number).to.equal(true);
    }
    expect(await isPlain('{"a":"9007199254740993","b":["12345678901234567890, 1"]}')).to.equal(true);
  });

  it('costs no second look where numbers, and what looks like them in texts, can be held', () => {
    const numbers = '[0,-0.5,1.2e+18,-1e300,5e-324,0.30000000000000004,-12345678901234.567,1e21]';
    const texts = '["0e3-4000","550e-1234","1.0-e-400","9007199254740993","a1.00000000000000000001","-","e-",".","1e-"]';
    for (const text of [numbers, texts, `{"n":${numbers},"t":${texts}}`]) expect(parseExact(text)).to.deep.equal(JSON.parse(text));
  });

  it('is read as JSON.parse reads it otherwise', async () => {
    const value = (await parseExact('{"a":1,"a":2,"__proto__":{"x":9007199254740993},"n":[null,true,"\\u00e9\\n"]}')) as Record<
      string,
      unknown
    >;
    expect(value.a).to.equal(2);
    expect(Object.hasOwn(value, '__proto__')).to.equal(true);
    expect(value.n).to.deep.equal([null, true, 'é\n']);
    expect(await parseExact('9007199254740993')).to.be.instanceOf(WireNumber);
    let wrong: unknown;
    try {
      parseExact('{"a":9007199254740993,}');
    } catch (error) {
      wrong = error;
    }
    expect(wrong).to.be.instanceOf(SyntaxError);
  });

  it('is found beside other extremes, and not where there are only those', async () => {
    const zeros = '{"zero":0,"none":-0,"text":"1e-400","other":[0.0,0e-400,1e-300]}';
    expect(await stringifyExact(await parseExact(zeros))).to.equal('{"zero":0,"none":0,"text":"1e-400","other":[0,0,1e-300]}');
    for (const number of ['1e-400', '1e400', '-2e-999']) {
      const json = `{"zero":0,"list":[{"a":[[${number}]]}]}`;
      expect(await stringifyExact(await parseExact(json))).to.equal(json);
    }
  });

  it('is read at any depth', async () => {
    for (const depth of [99, 100, 101, 500]) {
      const json = `${'[{"a":'.repeat(depth)}9007199254740993${'}]'.repeat(depth)}`;
      expect(await stringifyExact(await parseExact(json))).to.equal(json);
    }
    const depth = 5000;
    const json = `${'['.repeat(depth)}9007199254740993${']'.repeat(depth)}`;
    expect(await parseExact(json)).to.be.an('array');
  });

  it('is written as JSON.stringify writes everything else', async () => {
    const number = new WireNumber('9007199254740993');
    const value = {
      number,
      date: new Date(0),
      none: undefined,
      nan: Number.NaN,
      call: () => 1,
      list: [undefined, Symbol('s')],
      url: new URL('https://a.test/'),
    };
    const expected = JSON.stringify({ ...value, number: 0 }).replace('"number":0', '"number":9007199254740993');
    expect(await stringifyExact(value)).to.equal(expected);
    expect(JSON.stringify({ number })).to.equal('{"number":9007199254740992}');
  });
});
