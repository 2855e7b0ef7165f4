import { expect } from 'chai';
import { apiError, type ErrorContext } from '../../../src/http/errors/error-response.js';
import { Redactor } from '../../../src/http/redactor.js';
import {
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  ResourceError,
  ServerError,
  UnprocessableEntityError,
} from '../../../src/model/errors/index.js';
import type { ErrorDecoder } from '../../../src/model/ports/transport.js';

function decode(status: number, text: string, changes: Partial<ErrorContext> & { headers?: Record<string, string> } = {}): APIError {
  const { headers = {}, ...rest } = changes;
  return apiError(
    { status, statusText: '', headers, text, complete: true },
    {
      method: 'PATCH',
      url: 'https://h/datasets/d_1',
      attempt: 'save Dataset d_1',
      decode: undefined,
      redactor: new Redactor(),
      retryAfter: undefined,
      outcome: undefined,
      retryable: false,
      nesting: 1000,
      ...rest,
    },
  );
}

describe('an error response', () => {
  for (const [status, ErrorClass] of [
    [400, BadRequestError],
    [401, AuthenticationError],
    [403, PermissionDeniedError],
    [404, NotFoundError],
    [409, ConflictError],
    [422, UnprocessableEntityError],
    [429, RateLimitError],
    [500, ServerError],
    [503, ServerError],
    [418, APIError],
    [302, APIError],
  ] as const) {
    it(`of status ${status} is a ${ErrorClass.name}`, () => {
      const error = decode(status, '{}');
      expect(error.constructor).to.equal(ErrorClass);
      expect(error).to.be.instanceOf(APIError).and.instanceOf(ResourceError);
      expect(error.status).to.equal(status);
    });
  }

  const list = [{ field: 'name', message: 'is required' }];
  const flat = { message: 'Name is taken', code: 'NAME', details: list, request_id: 'r-2' };
  const nested = { error: { code: 'CONFLICT', message: 'Name is taken', details: list, requestId: 'r-1', path: '/x', timestamp: 't' } };
  for (const [shape, body, message, code] of [
    ['nested', JSON.stringify(nested), 'Name is taken', 'CONFLICT'],
    ['nested without a message', '{"error":{"code":"X"},"message":"outer"}', 'outer', 'X'],
    ['flat', JSON.stringify(flat), 'Name is taken', 'NAME'],
    ['flat with a number as code', '{"message":"no","code":7}', 'no', '7'],
    ['message and error', '{"statusCode":418,"message":"Name is taken","error":"Conflict"}', 'Name is taken', 'Conflict'],
    ['error only', '{"error":"Name is taken"}', 'Name is taken', undefined],
    ['a list of messages', '{"message":["a must be b","c is d"]}', 'a must be b; c is d', undefined],
    ['problem details', '{"title":"Conflict","detail":"Name is taken"}', 'Name is taken', undefined],
    ['an array of texts', '["one","two"]', 'one; two', undefined],
    ['an array of objects', '[{"message":"one"},{"msg":"two"},3]', 'one; two', undefined],
    ['text', 'Name is  taken\n', 'Name is taken', undefined],
    ['a JSON text', '"Name is taken"', 'Name is taken', undefined],
    ['HTML with a title', '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head></html>', '502 Bad Gateway', undefined],
    ['HTML without one', '<html><body><style>b{}</style><h1>Oh</h1> no</body></html>', 'Oh no', undefined],
    ['a file store', '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Expired</Message></Error>', 'Expired', undefined],
    ['empty', '', 'Conflict', undefined],
    ['null', 'null', 'Conflict', undefined],
    ['an empty object', '{}', 'Conflict', undefined],
    ['an empty array', '[]', 'Conflict', undefined],
    ['a number', '42', 'Conflict', undefined],
    ['blank messages', '{"message":"","error":{"message":"  "}}', 'Conflict', undefined],
  ] as const) {
    it(`is understood when its body is ${shape}`, () => {
      const error = decode(409, body);
      expect(error.message).to.contain(`save Dataset d_1 failed: HTTP 409${code ? ` ${code}` : ''}, ${message}`);
      expect(error.code).to.equal(code);
    });
  }

  it('takes its status from HTTP, whatever the body says', () => {
    expect(decode(404, '{"statusCode":500,"message":"x"}').status).to.equal(404);
  });

  it('keeps the parsed body, the text of what is not JSON, and nothing of an empty one', () => {
    expect(decode(409, JSON.stringify(nested)).body).to.deep.equal(nested);
    expect(decode(409, 'plain').body).to.equal('plain');
    expect(decode(409, '').body).to.equal(undefined);
  });

  it('finds the request id in the body or in the headers, and says it', () => {
    expect(decode(409, JSON.stringify(nested)).requestId).to.equal('r-1');
    expect(decode(409, JSON.stringify(flat)).requestId).to.equal('r-2');
    const error = decode(409, '', { headers: { 'x-request-id': 'r-3' } });
    expect(error).to.have.property('requestId', 'r-3');
    expect(error.message).to.contain('(request id r-3)');
  });

  it('keeps details as they are where they are not a list of fields', () => {
    expect(decode(409, '{"message":"x","details":{"limit":5}}').details).to.deep.equal({ limit: 5 });
  });

  for (const status of [400, 422]) {
    it(`lists the fields of a ${status} in details and message`, () => {
      const error = decode(status, JSON.stringify({ error: { code: 'VALIDATION_ERROR', message: 'Invalid', details: list } }));
      expect(error.details).to.deep.equal(list);
      expect(error.message).to.match(/Invalid\n {2}name: is required/);
    });

    it(`has no fields for a ${status} that names none`, () => {
      expect(decode(status, '{"message":"bad"}').details).to.deep.equal([]);
      expect(decode(status, 'bad').details).to.deep.equal([]);
      expect(decode(status, '').details).to.deep.equal([]);
    });
  }

  it('reads retryAfter in seconds', () => {
    expect(decode(429, '', { retryAfter: 1500 })).to.have.property('retryAfter', 1.5);
    expect(decode(429, '')).to.have.property('retryAfter', undefined);
  });

  it("lets the platform's own decoder have the first word", () => {
    const error = decode(409, '{"fault":"F7"}', {
      decode: (status, body) => ({ message: `own ${status} ${JSON.stringify(body)}`, code: 'F7' }),
    });
    expect(error.message).to.contain('HTTP 409 F7, own 409 {"fault":"F7"}');
    expect(decode(409, '{"message":"m"}', { decode: () => undefined }).message).to.contain('m');
  });

  it('is not lost when the decoder throws, or gives what is no text', () => {
    const throwing = () => {
      throw new TypeError('there is no body.error');
    };
    const shapeless = (() => ({ message: { text: 'no' }, code: [] })) as unknown as ErrorDecoder;
    for (const decoder of [throwing, shapeless]) {
      const error = decode(404, '{"message":"no such thing","code":"gone"}', { decode: decoder });
      expect(error).to.be.instanceOf(NotFoundError).and.to.include({ status: 404, code: 'gone' });
      expect(error.message).to.contain('no such thing');
    }
  });

  it('says what to do about a key that is refused', () => {
    expect(decode(401, '{}').message).to.contain('Check that the key is right');
  });

  it('names method and address when nobody said what was attempted', () => {
    expect(decode(500, '', { attempt: undefined }).message).to.contain(
      'PATCH https://h/datasets/d_1 failed: HTTP 500, Internal Server Error',
    );
  });

  it('warns when the request may have been carried out', () => {
    const error = decode(502, '', { outcome: 'unknown', retryable: true });
    expect(error).to.include({ outcome: 'unknown', retryable: false });
    expect(error.message).to.contain('may have been carried out');
  });

  // Regular expressions for elements would take hours for tags that are not closed.
  for (const part of ['<', '<>', '<title', '<title>', '<title >', '<style>', '<script></styl', '<message', ' \n', '<a ', '>']) {
    it(`is read once when it is HTML of nothing but ${JSON.stringify(part)}`, () => {
      const error = decode(502, `<html>${part.repeat(2 ** 20)}<title>Oh</title>`);
      expect(error.status).to.equal(502);
      expect(error.message.length).to.be.below(500);
    });
  }

  for (const [what, html, message] of [
    ['styles and scripts in any case', '<HTML><STYLE>a{}</STYLE><Script>b()</sCRIPT>no', 'no'],
    ['a style that does not end', '<html><b>yes</b><style>no', 'yes no'],
    ['an element whose name begins like a title', '<html><titlebar>bar</titlebar><title>yes</title>', 'yes'],
    ['a blank title before another', '<html><title> </title><svg><title>yes</title></svg>', 'yes'],
    ['a tag that does not end', '<html>yes <b', 'yes <b'],
  ] as const) {
    it(`is understood when it is HTML with ${what}`, () => {
      expect(decode(502, html).message).to.contain(`HTTP 502, ${message}`);
    });
  }

  it('lists the first of very many fields, and keeps them all in details', () => {
    // To look for each message in the text of all would take minutes.
    const many = Array.from({ length: 200_000 }, (_, index) => ({ field: `field${index}`, message: `message${index}` }));
    const error = decode(400, JSON.stringify(many));
    expect(error.details).to.have.length(200_000);
    expect(error.message).to.contain('field49: message49').and.contain('and 199950 more fields');
    expect(error.message.length).to.be.below(5000);
  });

  it('shortens what is too long to say', () => {
    expect(decode(500, '{}', { decode: () => ({ message: 'x'.repeat(1e6) }) }).message.length).to.be.below(2500);
    expect(decode(409, JSON.stringify(Array(1e5).fill('no'))).message.length).to.be.below(1500);
    expect(decode(500, 'x'.repeat(5000)).message.length).to.be.below(500);
  });
});
