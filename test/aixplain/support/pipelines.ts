import type { Architecture } from '../../../src/aixplain/index.js';

/** A graph of an input, a model and an output, with what only the platform understands. */
export function graph(label = 'Text'): Architecture {
  return {
    nodes: [
      { number: 0, type: 'INPUT', label, dataType: ['text'], outputValues: [{ code: 'input', dataType: 'text', value: null }], x: 1 },
      {
        number: 1,
        type: 'ASSET',
        label: 'Shout',
        function: 'text-generation',
        functionType: 'ai',
        assetId: 'shout',
        assetType: 'MODEL',
        inputValues: [{ code: 'text', dataType: 'text' }],
        outputValues: [{ code: 'data', dataType: 'text' }],
      },
      { number: 2, type: 'OUTPUT', label: 'Result', dataType: ['text'], inputValues: [{ code: 'output' }] },
    ],
    links: [
      { from: 0, to: 1, paramMapping: [{ from: 'input', to: 'text' }] },
      { from: 1, to: 2, paramMapping: [{ from: 'data', to: 'output' }] },
    ],
  };
}
