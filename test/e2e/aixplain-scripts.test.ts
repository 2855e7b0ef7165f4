import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { Aixplain, PipelineGraph, uploadScript } from '../../src/aixplain/index.js';
import { LocalPlatform } from '../../src/local/index.js';
import { withFolder } from '../support/folder.js';

describe('a script for a pipeline over real HTTP', () => {
  const inFolder = withFolder();
  it('is uploaded from a file, and its node comes back as it went', async () => {
    const platform = await LocalPlatform.start();
    const aix = new Aixplain({ apiKey: platform.apiKey, backendUrl: platform.url });
    try {
      await writeFile(inFolder('clean.py'), 'print("é")');
      const graph = new PipelineGraph();
      const script = graph.script(await uploadScript(aix, inFolder('clean.py')), {
        inputs: { text: 'text' },
        outputs: { data: 'text' },
      });
      graph.link(graph.input('Text'), 'input', script, 'text').link(script, 'data', graph.output('Result'), 'output');
      const architecture = graph.toArchitecture();
      const pipeline = await aix.Pipeline.create({ name: 'Scripted', architecture });
      expect((await aix.Pipeline.get(String(pipeline.id))).architecture).to.deep.equal(architecture);
    } finally {
      await aix.close();
      await platform.close();
    }
  });
});
