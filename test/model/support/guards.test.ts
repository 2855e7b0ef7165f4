import { expect } from 'chai';
import { hasContext, hasFromDict, hasResourcePath, hasToDict } from '../../../src/index.js';
import { Widget } from '../../support/widgets.js';

describe('the guards', () => {
  it('are true for any object or function with the member', () => {
    const widget = Widget.fromDict({ id: '1' });
    for (const value of [widget, Widget, { context: null }]) expect(hasContext(value)).to.equal(true);
    expect(hasResourcePath({ resourcePath: 'x' })).to.equal(true);
    expect(hasFromDict(Widget)).to.equal(true);
    expect(hasToDict(widget)).to.equal(true);
    for (const value of [null, undefined, 'text', 1, {}]) {
      for (const guard of [hasContext, hasResourcePath, hasFromDict, hasToDict]) expect(guard(value)).to.equal(false);
    }
  });
});
