import { expect } from 'chai';
import { GraphNode, PipelineGraph, validateArchitecture } from '../../../src/aixplain/index.js';
import { ValidationError } from '../../../src/index.js';
import { graph as complete } from '../support/pipelines.js';

const text = { dataType: 'text', isRequired: true };

/** The problems of a graph, by what they are about. */
function problems(graph: { toArchitecture(): unknown }): [string, string][] {
  try {
    graph.toArchitecture();
  } catch (error) {
    expect(error).to.be.instanceOf(ValidationError);
    return (error as ValidationError).details.map(({ field, message }) => [field, message]);
  }
  return [];
}

describe('the graph of a pipeline, built node by node', () => {
  it('is empty at first', () => {
    expect(new PipelineGraph().toJSON()).to.deep.equal({ nodes: [], links: [] });
  });

  it('numbers and labels its nodes, unless the caller does', () => {
    const graph = new PipelineGraph();
    graph.input('Text');
    expect(graph.asset('a1', {}).label).to.equal('ASSET(ID=1)');
    expect(graph.add({ type: 'METRIC', number: 7, label: 'Mine' })).to.include({ number: 7, label: 'Mine', type: 'METRIC' });
    expect(() => graph.add({ type: 'ASSET', number: 7 })).to.throw(ValidationError, 'number 7');
    expect(() => graph.add({ type: '' })).to.throw(ValidationError, 'type');
    expect(graph.nodes.length).to.equal(3);
  });

  it('writes of a node what it is made of, and what only the platform understands', () => {
    const node = new GraphNode(3, {
      type: 'ASSET',
      inputs: { text: 'text' },
      outputs: { data: { dataType: 'text', value: null } },
      extra: 1,
    });
    expect(JSON.parse(JSON.stringify(node))).to.deep.equal({
      number: 3,
      type: 'ASSET',
      label: 'ASSET(ID=3)',
      inputValues: [{ code: 'text', dataType: 'text' }],
      outputValues: [{ code: 'data', dataType: 'text', value: null }],
      extra: 1,
    });
    expect(Object.keys(new GraphNode(0, { type: 'X' }).toJSON())).to.have.members([
      'number',
      'type',
      'label',
      'inputValues',
      'outputValues',
    ]);
  });

  it('links outputs to inputs that are there, of its own nodes only', () => {
    const graph = new PipelineGraph();
    const from = graph.input('Text');
    const to = graph.output('Result');
    expect(() => graph.link(from, 'none', to, 'output')).to.throw(ValidationError, 'has no output "none"; it has input');
    expect(() => graph.link(from, 'input', to, 'none')).to.throw(ValidationError, 'has no input "none"; it has output');
    expect(() => graph.link(to, 'output', from, 'input')).to.throw(ValidationError);
    expect(() => graph.link(from, 'input', new PipelineGraph().output('Other'), 'output')).to.throw(ValidationError, 'another graph');
    expect(graph.link(from, 'input', to, 'output').toJSON().links).to.deep.equal([
      { from: 0, to: 1, paramMapping: [{ from: 'input', to: 'output' }] },
    ]);
  });

  it('writes several links between two nodes as one with several mappings', () => {
    const graph = new PipelineGraph();
    const from = graph.asset('a', { outputs: { x: 'text', y: 'text' } });
    const to = graph.asset('b', { inputs: { p: 'text', q: 'text' } });
    graph.link(from, 'x', to, 'p').link(from, 'y', to, 'q');
    const { nodes, links } = graph.toJSON();
    expect(links).to.deep.equal([
      {
        from: 0,
        to: 1,
        paramMapping: [
          { from: 'x', to: 'p' },
          { from: 'y', to: 'q' },
        ],
      },
    ]);
    expect(nodes.map(({ assetId }) => assetId)).to.deep.equal(['a', 'b']);
  });

  it('sets inputs to values', () => {
    const node = new PipelineGraph().asset('a', { inputs: { language: text } });
    expect(node.set('language', 'fr').inputs.get('language')).to.deep.equal({
      code: 'language',
      dataType: 'text',
      isRequired: true,
      value: 'fr',
    });
    expect(() => node.set('none', 1)).to.throw(ValidationError, 'has no input "none"');
  });

  it('says where what comes out of a decision came from, in whichever order it was linked', () => {
    const route = { value: 'x', path: [3], operation: 'equal', type: 'checkValue' } as const;
    for (const late of [false, true]) {
      const graph = new PipelineGraph();
      const source = graph.input('Text');
      const decision = graph.decision([route]);
      const result = graph.output('Result');
      const pass = () => graph.link(source, 'input', decision, 'passthrough');
      if (!late) pass();
      graph.link(decision, 'data', result, 'output');
      if (late) pass();
      const out = graph.toJSON().links.find(({ from }) => from === decision.number);
      expect(out?.paramMapping).to.deep.equal([{ from: 'data', to: 'output', dataSourceId: 0 }]);
      expect(graph.nodes.map(({ number }) => number)).to.deep.equal([0, 1, 2]);
    }
  });

  it('is complete when it can run', () => {
    const graph = new PipelineGraph();
    const from = graph.input('Text');
    const asset = graph.asset('shout', { label: 'Shout', inputs: { text }, outputs: { data: 'text' } });
    graph.link(from, 'input', asset, 'text').link(asset, 'data', graph.output('Result'), 'output');
    expect(problems(graph)).to.deep.equal([]);
    expect(graph.toArchitecture()).to.deep.equal(graph.toJSON());
    expect(() => validateArchitecture(complete())).not.to.throw();
  });

  it('says what is missing', () => {
    const graph = new PipelineGraph();
    expect(problems(graph).map(([, message]) => message)).to.deep.equal([
      'do not include an INPUT node',
      'do not include an OUTPUT node',
      'do not include an ASSET or SCRIPT node',
    ]);
    graph.input('In');
    graph.asset('a', { label: 'Model', inputs: { text: { ...text, value: null }, optional: 'text' } });
    graph.output('Out');
    graph.decision([]);
    expect(problems(graph)).to.deep.equal([
      ['In', 'has no outgoing link'],
      ['Model', 'has no outgoing link'],
      ['Model', 'has no incoming link'],
      ['Model.text', 'is required, but neither set nor linked'],
      ['Out', 'has no incoming link'],
      ['Out.output', 'is required, but neither set nor linked'],
      ['DECISION(ID=3)', 'has no outgoing link'],
      ['DECISION(ID=3)', 'has no incoming link'],
      ['DECISION(ID=3).comparison', 'is required, but neither set nor linked'],
      ['DECISION(ID=3).passthrough', 'is required, but neither set nor linked'],
    ]);
  });
});
