import { expect } from 'chai';
import { JsonResponse, setHeader } from '../../../src/local/server/json-response.js';
import { failure } from '../../support/failure.js';

const text = JSON.stringify({ name: 'Zürich 😀' });
const plain = (): Response => new Response(text, { status: 201, headers: { 'content-type': 'application/json' } });
const json = (): JsonResponse => new JsonResponse(text, 201);

describe('A response of JSON text', () => {
  it('reads as any other, in every way there is', async () => {
    expect([json().status, [...json().headers], json().bodyUsed]).to.deep.equal([201, [...plain().headers], false]);
    const getters = Object.entries(Object.getOwnPropertyDescriptors(Response.prototype)).flatMap(([name, { get }]) => (get ? name : []));
    expect(getters).to.include.members(['status', 'ok', 'statusText', 'type', 'url', 'redirected', 'headers', 'body', 'bodyUsed']);
    const valuesOf = (response: Response) =>
      getters.filter((name) => !['headers', 'body'].includes(name)).map((name) => [name, response[name as keyof Response]]);
    expect(valuesOf(json())).to.deep.equal(valuesOf(plain()));
    expect(json()).to.be.instanceOf(Response);
    expect(new Response(null, json()).headers.get('content-type')).to.equal('application/json');
    const methods = Object.getOwnPropertyNames(Response.prototype).filter((name) => {
      const { value } = Object.getOwnPropertyDescriptor(Response.prototype, name) ?? {};
      return typeof value === 'function' && !['constructor', 'clone', 'formData'].includes(name);
    });
    expect(methods).to.include.members(['text', 'json', 'arrayBuffer', 'blob']);
    for (const name of methods) {
      const read = (response: Response): Promise<unknown> => (response as unknown as Record<string, () => Promise<unknown>>)[name]!();
      const response = json();
      expect(await read(response), name).to.deep.equal(await read(plain()));
      expect([response.bodyUsed, response.content], name).to.deep.equal([true, undefined]);
      expect(await failure(read(response)), name).to.be.instanceOf(TypeError);
    }
    expect(await (await json().blob()).text()).to.equal(text);
    expect((await failure(json().formData())).name).to.equal((await failure(plain().formData())).name);
    expect(await new Response(json().body).text()).to.equal(text);
  });

  it('has its text at hand until its body is read or in use', async () => {
    const response = json();
    expect(response.content).to.equal(text);
    const reader = response.body!.getReader();
    expect(response.content).to.equal(undefined);
    reader.releaseLock();
    expect(response.content).to.equal(text);
    await response.body!.cancel();
    expect(response.content).to.equal(undefined);
  });

  it('has the same headers for those who set fields as for those who use the standard', () => {
    for (const response of [json(), plain()]) {
      setHeader(response, 'etag', '"1"');
      response.headers.append('vary', 'Accept');
      setHeader(response, 'etag', '"2"');
      response.headers.append('vary', 'Origin');
      expect([...response.headers]).to.deep.equal([
        ['content-type', 'application/json'],
        ['etag', '"2"'],
        ['vary', 'Accept, Origin'],
      ]);
      if (response instanceof JsonResponse) expect(response.fields).to.deep.equal([...response.headers].flat());
    }
    expect(new JsonResponse(text, 200, ['etag', '"3"']).headers.get('etag')).to.equal('"3"');
  });

  it('is copied as long as nobody has read it, with headers of its own', async () => {
    const response = json();
    const copy = response.clone();
    copy.headers.set('x-own', 'yes');
    expect(copy).to.be.instanceOf(JsonResponse).and.to.include({ status: 201, content: text });
    expect(response.headers.has('x-own')).to.equal(false);
    expect([await response.text(), await copy.text()]).to.deep.equal([text, text]);
    expect(() => response.clone()).to.throw(TypeError);
  });
});
