import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import nock from 'nock';
import { z } from 'zod';
import { ConfigurationError, NotFoundError, ResourceError, ValidationError } from '../../../src/index.js';
import type { Moderately, PipelineExecution } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { connect, json, onTheWire, origin } from '../support/connect.js';

const store = 'https://store.test';
const data = { echoed: 'hello' };

describe('the output of an execution', () => {
  onTheWire();
  let mai: Moderately;
  let execution: PipelineExecution;
  beforeEach(() => {
    mai = connect();
    execution = mai.PipelineExecution.fromDict(json.execution({ status: 'completed' }));
  });

  function answered(output: object, status = 200): void {
    nock(origin).get('/pipeline-executions/e1/output').reply(status, output);
  }

  function stored(bytes: Buffer | string, metadata: object, status = 200): void {
    const facts = { fileSizeBytes: null, compressionType: null, fileType: 'json', outputSummary: null, ...metadata };
    answered({ type: 's3', downloadUrl: `${store}/o1?sig=s`, expiresAt: null, metadata: facts });
    nock(store, { badheaders: ['authorization'] })
      .get('/o1')
      .query({ sig: 's' })
      .reply(status, bytes);
  }

  it('is what the platform answers at once', async () => {
    answered({ type: 'inline', data, summary: null });
    expect(await execution.output()).to.deep.equal(data);
  });

  it('is what a schema makes of it, at once or stored', async () => {
    const schema = z.object({ echoed: z.string(), times: z.number().default(1) });
    answered({ type: 'inline', data, summary: null });
    const output = await execution.output({ schema });
    expect([output, output.echoed.length]).to.deep.equal([{ echoed: 'hello', times: 1 }, 5]);
    stored('{"echoed":7}', {});
    const error = await failure(execution.output({ schema }), ValidationError);
    expect([error.details.map(({ field }) => field), error.message.includes('output of PipelineExecution')]).to.deep.equal([
      ['echoed'],
      true,
    ]);
    expect(await failure(execution.output({ schema: {} as never }))).to.be.instanceOf(ConfigurationError);
    expect(await failure(execution.output({ schema, raw: true } as never))).to.be.instanceOf(ValidationError);
  });

  for (const [compressionType, pack] of [
    [null, (text: string) => Buffer.from(text)],
    ['none', (text: string) => Buffer.from(text)],
    ['gzip', gzipSync],
    ['brotli', brotliCompressSync],
  ] as const) {
    it(`is fetched without the key and unpacked when it is stored as ${compressionType ?? 'it is'}`, async () => {
      stored(pack(JSON.stringify(data)), { compressionType });
      expect(await execution.output()).to.deep.equal(data);
    });
  }

  it('is not unpacked twice when the way there has unpacked it already', async () => {
    answered({
      type: 's3',
      downloadUrl: `${store}/o1`,
      expiresAt: null,
      metadata: { fileSizeBytes: null, compressionType: 'gzip', fileType: 'json', outputSummary: null },
    });
    nock(store)
      .get('/o1')
      .reply(200, gzipSync(JSON.stringify(data)), { 'content-encoding': 'gzip' });
    expect(await execution.output()).to.deep.equal(data);
  });

  it('is text when it is stored as CSV, and bytes when it is neither', async () => {
    stored('a,b\n1,2\n', { fileType: 'csv' });
    expect(await execution.output<string>()).to.equal('a,b\n1,2\n');
    for (const fileType of ['parquet', 'binary']) {
      stored(Buffer.from([1, 2, 3]), { fileType });
      expect(await execution.output<Uint8Array>()).to.deep.equal(new Uint8Array([1, 2, 3]));
    }
  });

  it('cannot be unpacked here from lz4, but its bytes can be had', async () => {
    answered({
      type: 's3',
      downloadUrl: `${store}/o1`,
      expiresAt: null,
      metadata: { fileSizeBytes: null, compressionType: 'lz4', fileType: 'json', outputSummary: null },
    });
    expect((await failure(execution.output())).message)
      .to.contain('lz4')
      .and.contain('raw');
    stored(Buffer.from([4, 34, 77]), { compressionType: 'lz4' });
    expect(await execution.output({ raw: true })).to.deep.equal(new Uint8Array([4, 34, 77]));
  });

  it('is bytes when it is wanted raw, stored or not', async () => {
    answered({ type: 'inline', data, summary: null });
    expect(Buffer.from(await execution.output({ raw: true })).toString()).to.equal(JSON.stringify(data));
    const packed = gzipSync(JSON.stringify(data));
    stored(packed, { compressionType: 'gzip' });
    expect(Buffer.from(await execution.output({ raw: true }))).to.deep.equal(packed);
  });

  it('is not there while the execution goes on', async () => {
    answered({ error: { message: 'No output.' } }, 404);
    expect(await failure(execution.output())).to.be.instanceOf(NotFoundError);
  });

  it('is asked for again, once, when its address has expired', async () => {
    stored('<Error/>', {}, 403);
    stored(JSON.stringify(data), {});
    expect(await execution.output()).to.deep.equal(data);
  });

  it('says so when it is of a kind nobody knows, or not what it should be', async () => {
    answered({ type: 'pigeon' });
    expect((await failure(execution.output())).message).to.contain('pigeon');
    stored('not json', {});
    const error = await failure(execution.output());
    expect(error).to.be.instanceOf(ResourceError);
    expect(error.message).to.contain('JSON').and.contain('raw');
    answered({ type: 's3', metadata: null });
    expect((await failure(execution.output())).message).to.contain('downloadUrl');
  });
});
