import { expect } from 'chai';
import { GraphNode, PipelineGraph, validateArchitecture } from '../../../src/aixplain/index.js';
import { placeholdersIn } from '../../../src/aixplain/pipelines/prompt.js';
import { ValidationError } from '../../../src/index.js';
import { graph as complete } from '../support/pipelines.js';

const text = { dataType: 'text', isRequired: true };

describe('a prompt with placeholders', () => {
  const model = (prompt?: unknown) => new PipelineGraph().asset('llm', { inputs: { text, prompt: { dataType: 'text', value: prompt } } });
  const required = (node: GraphNode) => [...node.inputs.values()].filter(({ isRequired }) => isRequired).map(({ code }) => code);

  it('makes inputs of them, and text optional', () => {
    expect(required(model('Say {{what}} to {{whom}}'))).to.deep.equal(['what', 'whom']);
    expect(required(model().set('prompt', 'Say {{what}}'))).to.deep.equal(['what']);
    expect(required(model().set('prompt', 'Say {{text}}'))).to.deep.equal(['text']);
  });

  it('changes nothing without them', () => {
    expect(required(model())).to.deep.equal(['text']);
    expect(required(model('Say hello'))).to.deep.equal(['text']);
    expect(required(model(5))).to.deep.equal(['text']);
  });

  it('is refused in a graph that has no input for one', () => {
    const graph = complete();
    graph.nodes[1]!.inputValues!.push({ code: 'prompt', dataType: 'text', value: 'Say {{what}}' });
    expect(() => validateArchitecture(graph)).to.throw(ValidationError, 'Shout.what is in the prompt');
  });

  it('is read carefully', () => {
    const cases: Record<string, string[]> = {
      '{{foo}}': ['foo'],
      '{{foo}} and {{bar}} and {{foo}}': ['foo', 'bar'],
      '{{ spaced }}': ['spaced'],
      foo: [],
      '{foo}': [],
      '{{foo]]': [],
      '': [],
      '{{}}': [],
      '{{foo {{bar}} {{baz}}': ['bar', 'baz'],
    };
    for (const [prompt, names] of Object.entries(cases)) expect(placeholdersIn(prompt), prompt).to.deep.equal(names);
  });
});
