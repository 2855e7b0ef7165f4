import { expect } from 'chai';
import { LocalPlatform } from '../../src/local/index.js';
import { ConfigurationError } from '../../src/model/errors/index.js';
import { failure } from '../support/failure.js';
import { Client, echo } from './support/platform.js';

describe('The seed of the local platform', () => {
  const seed = {
    files: [{ fileId: 'file-1', fileName: 'a.txt', content: 'hello', mimeType: 'text/plain' }],
    datasets: [
      { datasetId: 'data-1', name: 'Airports', data: 'id\n1\n', columns: [{ name: 'id', type: 'integer', nullable: false }] },
      { name: 'Empty', description: 'nothing yet' },
    ],
    pipelines: [
      {
        pipelineId: 'pipe-1',
        name: 'Echo',
        versions: [{ pipelineConfigurationVersionId: 'conf-1', configuration: echo, status: 'current' as const }],
      },
    ],
    agents: [{ agentId: 'agent-1', name: 'Helper' }],
    assets: { 'v2/models': [{ id: 'openai/tiny model', name: 'Tiny' }] },
  };

  it('is there from the start, and again after a reset', async () => {
    const platform = await LocalPlatform.start({ port: false, seed });
    try {
      const client = new Client(platform);
      for (let time = 0; time < 2; time++) {
        expect(platform.requests).to.deep.equal([]);
        expect((await client.get('/files/file-1')).body.uploadStatus).to.equal('completed');
        expect((await client.get('/datasets/data-1')).body.processingStatus).to.equal('needs-processing');
        expect((await client.get('/datasets?name=Empty')).body.items[0].description).to.equal('nothing yet');
        expect((await client.get('/agents/agent-1')).body.name).to.equal('Helper');
        expect((await client.get('/v2/models/openai%2Ftiny%20model')).body.name).to.equal('Tiny');
        expect((await client.finished(await client.execute('conf-1'))).pipelineOutput).to.deep.equal({ echoed_message: 'hello' });
        await client.delete('/files/file-1');
        await platform.reset();
      }
    } finally {
      await platform.close();
    }
  });

  it('names what it was refused for', async () => {
    for (const [wrong, words] of [
      [{ datasets: [{ name: 'A' }, { name: 'A' }] }, "a dataset 'A'"],
      [{ agents: [{ agentId: 'a b', name: 'A' }] }, "the id 'a b'"],
    ] as const) {
      const error = await failure(LocalPlatform.start({ port: false, seed: wrong as object }));
      expect(error).to.be.instanceOf(ConfigurationError);
      expect(error.message).to.contain(words);
    }
  });
});
