import { expect } from 'chai';
import nock from 'nock';
import { ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, Widget, withoutNetwork } from '../../support/widgets.js';

const api = connect();
const Widgets = api.bind(Widget);
const loaded = (over: object = {}): Widget =>
  Widgets.fromDict({ id: 'w1', name: 'first', config: { depth: 1 }, more: { x: 1 }, createdAt: '2024-01-01T00:00:00Z', ...over });

describe('refresh', () => {
  withoutNetwork();

  it('loads in place and drops local edits', async () => {
    nock(origin)
      .get('/widgets/w1')
      .reply(200, { id: 'w1', name: 'theirs', config: { depth: 9 } });
    const widget = loaded();
    widget.name = 'mine';
    widget.config!.depth = 2;
    expect(await widget.refresh()).to.equal(widget);
    expect(widget.name).to.equal('theirs');
    expect(widget.config).to.deep.equal({ depth: 9 });
    expect(widget.isModified).to.equal(false);
  });

  it('rebases local edits on the new state when asked', async () => {
    nock(origin)
      .get('/widgets/w1')
      .reply(200, { id: 'w1', name: 'theirs', size: 7, config: { depth: 9 } });
    const widget = loaded();
    widget.name = 'mine';
    await widget.refresh({ keepChanges: true });
    expect(widget.changes).to.deep.equal({ name: { from: 'theirs', to: 'mine' } });
    expect(widget.size).to.equal(7);
    expect(widget.config).to.deep.equal({ depth: 9 });
  });

  it('needs a saved record', async () => {
    const widget = new Widgets({ name: 'n' });
    expect(await failure((async () => widget.refresh())()))
      .to.be.instanceOf(ValidationError)
      .with.property('message')
      .that.contains('not been saved');
  });
});

after(() => api.close());
