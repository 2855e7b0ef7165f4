import { expect } from 'chai';
import nock from 'nock';
import { BaseResource, Entity, Field, type Rel } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

@Entity({ path: 'kids', update: 'patch' })
class Kid extends BaseResource {
  @Field() n!: number;
  @Field() note?: string;
  @Field({ readOnly: true }) readonly stamp?: string;
  @Field({ type: () => Kid }) kid!: Rel<Kid> | null;
}

@Entity({ path: 'parents', update: 'patch' })
class Parent extends BaseResource {
  @Field() name!: string;
  @Field({ type: () => Kid }) kid!: Kid;
  @Field({ type: () => Kid }) kids!: Kid[];
}

@Entity({ path: 'parents', update: 'put' })
class WholeParent extends Parent {}

const json = () => ({
  id: 'p1',
  name: 'n',
  kid: { id: 'k', n: 1, kid: { id: 'g', n: 1 } },
  kids: [
    { id: 'a', n: 1 },
    { id: 'b', n: 1 },
  ],
});

for (const Class of [Parent, WholeParent]) {
  describe(`a record inside a ${Class.name}`, () => {
    withoutNetwork();
    const api = connect();
    const Parents = api.bind(Class);
    const method = Class === Parent ? 'patch' : 'put';
    const answer = (body: object): void => {
      nock(origin)[method]('/parents/p1').reply(200, body);
    };
    let parent: Parent;
    beforeEach(() => {
      parent = Parents.fromDict(json());
    });
    after(() => api.close());

    const dirty = (): boolean[] => [parent, parent.kid, parent.kid.kid!, ...parent.kids].map((record) => record.isModified);

    for (const [what, body] of Object.entries({
      'an empty response': () => ({}),
      'the whole record': () => ({
        ...json(),
        kid: { id: 'k', n: 2, kid: { id: 'g', n: 3 } },
        kids: [
          { id: 'a', n: 1 },
          { id: 'b', n: 4 },
        ],
      }),
      'a part of the record': () => ({ id: 'p1', kid: { id: 'k', n: 2, stamp: 'now', kid: { id: 'g', n: 3, stamp: 'now' } } }),
    })) {
      it(`is saved with it, at any depth, and stays the same object: ${what}`, async () => {
        const { kid, kids } = parent;
        const grandkid = kid.kid!;
        kid.n = 2;
        grandkid.n = 3;
        kids[1]!.n = 4;
        expect(dirty()).to.deep.equal([true, true, true, false, true]);
        answer(body());
        await parent.save();
        expect(dirty()).to.deep.equal([false, false, false, false, false]);
        expect([parent.kid === kid, parent.kid.kid === grandkid, parent.kids[1] === kids[1]]).to.deep.equal([true, true, true]);
        expect([kid.n, grandkid.n, kids[1]!.n, kid.original('n')]).to.deep.equal([2, 3, 4, 2]);
        if (what.startsWith('a part')) expect([kid.stamp, grandkid.stamp]).to.deep.equal(['now', 'now']);
        kid.n = 9;
        expect(kid.revert()).to.deep.equal(['n']);
        expect(dirty()).to.deep.equal([false, false, false, false, false]);
      });
    }

    it('keeps an edit that is made while the save is under way', async () => {
      const { kid } = parent;
      kid.n = 2;
      nock(origin)
        [method]('/parents/p1')
        .reply(200, () => {
          kid.note = 'meanwhile';
          return { id: 'p1' };
        });
      await parent.save();
      expect(parent.changedFields).to.deep.equal(['kid']);
      expect(parent.kid).to.equal(kid);
      expect(kid.changes).to.deep.equal({ note: { from: undefined, to: 'meanwhile' } });
    });

    it('is not mixed up with another one when the list changes on the way', async () => {
      const [first, second] = parent.kids;
      first!.n = 2;
      second!.n = 3;
      nock(origin)
        [method]('/parents/p1')
        .reply(200, () => {
          parent.kids.shift();
          return {
            id: 'p1',
            kids: [
              { id: 'b', n: 3, note: 'theirs' },
              { id: 'a', n: 2 },
            ],
          };
        });
      await parent.save();
      expect([first!.n, second!.n, first!.isModified, second!.isModified]).to.deep.equal([2, 3, false, false]);
      expect(first!.toDict()).to.deep.equal({ id: 'a', n: 2 });
    });

    it('keeps its edits when the save fails', async () => {
      parent.kid.n = 2;
      nock(origin)[method]('/parents/p1').reply(400, {});
      await failure(parent.save());
      expect(parent.kid.changes).to.deep.equal({ n: { from: 1, to: 2 } });
      expect(parent.changedFields).to.deep.equal(['kid']);
    });

    it('is clean after a revert or a refresh of the record around it', async () => {
      parent.kid.n = 2;
      parent.revert();
      expect([parent.kid.n, ...dirty()]).to.deep.equal([1, false, false, false, false, false]);
      parent.kid.kid!.n = 2;
      nock(origin).get('/parents/p1').reply(200, json());
      await parent.refresh();
      expect([parent.kid.kid!.n, ...dirty()]).to.deep.equal([1, false, false, false, false, false]);
    });

    it('is clean after a refresh that brings what was edited', async () => {
      const { kid, kids } = parent;
      kid.n = 2;
      kids[0]!.n = 5;
      for (const keepChanges of [true, false]) {
        nock(origin)
          .get('/parents/p1')
          .reply(200, { ...json(), kid: { ...json().kid, n: 2 }, kids: [{ id: 'a', n: 5 }, json().kids[1]] });
        await parent.refresh({ keepChanges });
        expect(dirty()).to.deep.equal([false, false, false, false, false]);
        expect(parent.kid).to.equal(kid);
      }
    });

    it('counts as saved once the record around it has been created', async () => {
      const kid = new (api.bind(Kid))({ n: 1 });
      const made = new Parents({ name: 'n', kid, kids: [new (api.bind(Kid))({ n: 2 })] });
      nock(origin)
        .post('/parents', { name: 'n', kid: { n: 1, id: null }, kids: [{ n: 2, id: null }] } as never)
        .reply(201, { id: 'p2', kid: { id: 'k2', n: 1 } });
      await made.save();
      expect([made.isModified, kid.isModified, kid.isNew, kid.id, made.kids[0]!.isModified]).to.deep.equal([
        false,
        false,
        false,
        'k2',
        false,
      ]);
      expect(made.kid).to.equal(kid);
    });

    it('with a value taken away is saved with it', async () => {
      const whole = Parents.fromDict({ ...json(), kid: { id: 'k', n: 1, note: 'x' } });
      (whole.kid as { note: unknown }).note = undefined;
      answer({});
      await whole.save();
      expect([whole.isModified, whole.kid.isModified]).to.deep.equal([false, false]);
    });
  });
}
