import { expect } from 'chai';
import nock from 'nock';
import { Connection, Entity } from '../../../src/index.js';
import { origin, Widget, withoutNetwork } from '../../support/widgets.js';

class Report extends Widget {
  override name = 'R-';
  override config: Widget['config'] = { depth: 0 };
}

@Entity()
class Decorated extends Widget {
  override name = 'D-';
}

/** As a class field without a value is compiled under useDefineForClassFields. */
class Redeclared extends Widget {
  override description = undefined as unknown as string | null;
}

describe('arguments of a subclass with initialisers', () => {
  withoutNetwork();
  let api: Connection;
  beforeEach(() => {
    api = Connection.connect({ baseUrl: origin, apiKey: 'k', maxRetries: 0 });
  });
  afterEach(() => Connection.disconnect());

  it('win in create, whether it is decorated, bound, or neither', async () => {
    for (const Class of [Report, Decorated, Redeclared, api.bind(Report), class extends Report {}]) {
      nock(origin)
        .post('/widgets', (body) => body.name === 'mine' && body.description === 'd')
        .reply(201, { id: 'w1' });
      const record = await Class.create({ name: 'mine', description: 'd' });
      expect(record).to.include({ name: 'mine', description: 'd', isModified: false });
      expect(record).to.be.instanceOf(Class);
    }
  });

  it('win in new of a decorated class and of a bound one', () => {
    for (const Class of [Decorated, api.bind(Report), api.bind(Redeclared)]) {
      expect(new Class({ name: 'mine', description: 'd' })).to.include({ name: 'mine', description: 'd' });
    }
  });

  it('are what fromDict reads, with and without an id', () => {
    for (const Class of [Report, Decorated, api.bind(Report)]) {
      expect(Class.fromDict({ id: 'w1', name: 'mine' })).to.include({ name: 'mine', isModified: false });
      expect(Class.fromDict({ name: 'mine' })).to.include({ name: 'mine', isNew: true });
    }
  });

  it('leave the initialisers alone that they do not name', async () => {
    nock(origin)
      .post('/widgets', { name: 'R-', size: 1, config: { depth: 0 } })
      .reply(201, { id: 'w1' });
    await Report.create({ size: 1 });
  });

  describe('that is neither decorated nor bound', () => {
    let warnings: string[];
    let emitted: string[];
    const noted = (warning: Error): void => void emitted.push(warning.message);
    beforeEach(() => {
      warnings = [];
      emitted = [];
      api.on('warning', ({ message }) => void warnings.push(message));
      process.on('warning', noted);
    });
    afterEach(() => {
      process.off('warning', noted);
    });
    const save = async (record: Widget): Promise<void> => {
      nock(origin).post('/widgets').reply(201, { id: 'w1' });
      await record.save();
      await new Promise(setImmediate);
    };

    it('are lost in new, of which save() warns once per class', async () => {
      class Lost extends Widget {
        override name = 'L-';
      }
      await save(new Lost({ name: 'mine', size: 1 }));
      await save(new Lost({ name: 'mine' }));
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.contain('new Lost(…)').and.to.contain('for name is lost').and.to.contain('connection.bind(Lost)');
      expect(emitted).to.deep.equal(warnings);
    });

    it('are not said to be lost when they were edited, are the same, or were not given', async () => {
      class Kept extends Widget {
        override name = 'K-';
      }
      const edited = new Kept({ size: 1 });
      edited.size = 2;
      edited.name = 'later';
      const overwritten = new Kept({ name: 'mine' });
      overwritten.name = 'later';
      const bound = new (api.bind(Kept))({ name: 'x' });
      for (const record of [edited, overwritten, bound, new Kept({ name: 'K-' }), new Kept()]) await save(record);
      expect(warnings).to.deep.equal([]);
    });
  });
});
