import { expect } from 'chai';
import { BaseResource, DeleteResourceMixin, GetResourceMixin, RunnableResourceMixin, SearchResourceMixin } from '../../../src/index.js';
import { Gadget } from '../../support/widgets.js';

describe('a capability', () => {
  it('cannot be mixed into what is not a class of records', () => {
    for (const mixin of [SearchResourceMixin, GetResourceMixin, DeleteResourceMixin, RunnableResourceMixin]) {
      expect(() => mixin(class Foreign {} as never)).to.throw(TypeError, /Foreign/);
      expect(() => mixin(undefined as never)).to.throw(TypeError, /BaseResource/);
    }
  });

  it('is missing where it was not mixed in', () => {
    expect((Gadget.prototype as { run?: unknown }).run).to.equal(undefined);
    expect((BaseResource as { search?: unknown }).search).to.equal(undefined);
  });
});
