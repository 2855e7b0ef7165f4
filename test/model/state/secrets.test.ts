import { inspect } from 'node:util';
import { expect } from 'chai';
import { Expose, instanceToPlain, Transform, Type } from 'class-transformer';
import nock from 'nock';
import { z } from 'zod';
import {
  BaseResource,
  defineEntity,
  Entity,
  Field,
  type Rel,
  SearchResourceMixin,
  StaleRecordError,
  ValidationError,
} from '../../../src/index.js';
import { holdsSecrets } from '../../../src/model/fields/hiding.js';
import { inJson } from '../../../src/model/state/describe.js';
import { oneOf, withoutSecrets } from '../../../src/vendor.js';
import { failure } from '../../support/failure.js';
import { VirtualConnection } from '../../support/virtual.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

const password = 'correct horse battery staple';

@Entity({ path: 'accounts' })
class Account extends BaseResource {
  @Field() name!: string;
  @Field({ secret: true }) login?: { user: string; password: string } | null;
  @Field({ secret: true, readOnly: true }) readonly key?: string | null;
}

@Entity({ path: 'firms' })
class Firm extends BaseResource {
  @Field({ type: () => Account }) account!: Account;
  @Field() others!: unknown[];
}

/** A class that is not a record, but has one. */
class Folder {
  @Type(() => Account) account!: Account;
  @Expose({ name: 'other_account' })
  @Type(() => Account)
  other?: Account;
}

/** A class that has objects of a class chosen by the value. */
class Cabinet {
  @Type(() => Object, { discriminator: { property: 'kind', subTypes: [{ name: 'folder', value: Folder }] } }) part!: unknown;
}

const account = (values: object = {}): Account => new Account({ name: 'n', login: { user: 'ada', password }, ...values });

/** Everything that a log could hold. */
const printed = (value: unknown): string => inspect(value, { depth: 20, showHidden: false, getters: true }) + JSON.stringify(value);

describe('a secret field', () => {
  withoutNetwork();

  it('is not printed, nor in JSON, unless it is asked for', () => {
    const one = account();
    expect(inspect(one)).to.equal("Account (new) {\n  id: null,\n  name: 'n',\n  login: [redacted]\n}");
    expect(JSON.stringify(one)).to.equal('{"id":null,"name":"n"}');
    expect(instanceToPlain(one)).to.deep.equal({ id: null, name: 'n' });
    expect(one.toDict({ secrets: true })).to.deep.equal({ id: null, name: 'n', login: { user: 'ada', password } });
    expect(printed(new Account({ name: 'n', login: null }))).to.contain('login: null');
    expect(one.login?.password).to.equal(password);
  });

  it('is not shown inside another record or an object either, whether that was read or changed', () => {
    const read = Firm.fromDict({ id: 'f', account: { id: 'a', name: 'n', login: { password } }, others: [] }) as Firm;
    const changed = new Firm({ account: account(), others: [{ deep: account() }] });
    for (const value of [read, changed, { list: [account()] }]) expect(printed(value)).not.to.contain(password);
    expect(read.toDict()).to.deep.equal({ id: 'f', account: { id: 'a', name: 'n' }, others: [] });
    void read.account.login;
    expect(printed(read)).not.to.contain(password);
    expect(JSON.stringify(read.toDict({ secrets: true })).split(password).length).to.equal(2);
    expect(JSON.stringify(changed.toDict({ secrets: true })).split(password).length).to.equal(3);
    expect(read.isModified).to.equal(false);
  });

  it('is sent, also inside another record and in the body of a request of one’s own', async () => {
    const platform = new VirtualConnection(({ body }) => ({ ...(body as object), id: 'x' }));
    const { login } = account();
    await platform.bind(Account).create({ name: 'n', login });
    await platform.bind(Firm).create({ account: account(), others: [account()] });
    await platform.post('any', { body: { account: account(), list: [account()] } });
    const sent = platform.requests.map(({ body }) => JSON.stringify(body).split(password).length - 1);
    expect(sent).to.deep.equal([1, 2, 2]);
  });

  it('is sent by a record that writes itself inside another one', async () => {
    @Entity()
    class Own extends Account {
      override toDict(options?: object): Record<string, unknown> {
        return { ...super.toDict(options), own: true };
      }
    }
    const platform = new VirtualConnection(() => ({ id: 'x' }));
    const firm = platform.bind(Firm);
    await new firm({ others: [new Own({ name: 'n', login: { user: 'u', password } })] }).save();
    expect(platform.requests[0]?.body).to.deep.equal({ others: [{ id: null, name: 'n', login: { user: 'u', password }, own: true }] });
    expect(JSON.stringify({ one: new Own({ login: { user: 'u', password } }) })).to.equal('{"one":{"id":null,"own":true}}');
  });

  it('is a field like any other: compared, reverted, cloned', async () => {
    const platform = new VirtualConnection(() => ({}));
    const one = platform.bind(Account).fromDict({ id: 'a', login: { user: 'u', password } }) as Account;
    one.login!.user = 'v';
    expect(one.changes).to.deep.equal({ login: { from: { user: 'u', password }, to: { user: 'v', password } } });
    expect((await one.clone()).login).to.deep.equal({ user: 'v', password });
    one.revert();
    expect([one.isModified, one.login]).to.deep.equal([false, { user: 'u', password }]);
  });

  it('is redacted in the changes of save events', async () => {
    const platform = new VirtualConnection(() => ({ id: 'a' }));
    const changes: unknown[] = [];
    platform.on('save', (event) => changes.push(event.changes));
    await platform.bind(Account).create({ name: 'n', login: { user: 'u', password } });
    expect(changes).to.deep.equal([{ name: { from: undefined, to: 'n' }, login: { from: undefined, to: '[redacted]' } }]);
  });

  it('is redacted in errors about it, and in what the server says', async () => {
    const one = connect().bind(Account).fromDict({ id: 'a', name: 'n', key: password }) as Account;
    Object.assign(one, { key: `${password}!` });
    const refused = await failure(one.save(), ValidationError);
    expect(refused.message).to.contain('key is read-only').and.contain('[redacted]').and.not.contain(password);
    nock(origin)
      .post('/accounts')
      .reply(400, { message: `no ${password} here`, tried: [encodeURIComponent(password)] });
    const answered = await failure(
      connect()
        .bind(Account)
        .create({ login: { user: 'short', password } }),
    );
    expect(answered.message).to.contain('no [redacted] here');
    expect(printed(answered)).not.to.contain(password).and.not.contain(encodeURIComponent(password));
  });

  it('is redacted where the server echoes a number, what is in a map or a set, what was saved, or what is in a record inside', async () => {
    @Entity({ path: 'vaults' })
    class Vault extends BaseResource {
      @Field({ secret: true }) pin?: number;
      @Field({ secret: true }) held?: unknown;
      @Transform(({ value }) => [...String(value)].reverse().join(''), { toPlainOnly: true })
      @Field({ secret: true })
      turned?: string;
      @Field({ type: () => Account }) account?: Account;
      @Field({ type: () => Folder }) folder?: Folder;
    }
    const Bound = connect().bind(Vault);
    const echo = async (record: Vault, ...secrets: unknown[]): Promise<void> => {
      const said = { message: `no ${secrets.map(String).join(', ')}`, tried: secrets };
      nock(origin)
        .intercept(/^\/vaults/, record.id === null ? 'POST' : 'PUT')
        .reply(400, said);
      const error = await failure(record.save());
      expect(error.message).to.contain(`no ${secrets.map(() => '[redacted]').join(', ')}`);
      for (const secret of secrets) expect(printed(error)).not.to.contain(String(secret));
    };
    await echo(new Bound({ pin: 98765432 }), 98765432);
    await echo(new Bound({ held: new Map([['a', new Set(['inside a map'])]]) }), 'inside a map');
    await echo(new Bound({ turned: 'backwards' }), 'backwards', 'sdrawkcab');
    await echo(new Bound({ account: account() }), password);
    await echo(new Bound({ folder: Object.assign(new Folder(), { account: account() }) }), password);
    const known = Bound.fromDict({ id: 'v', held: 'what it was' }) as Vault;
    known.held = 'what it is';
    await echo(known, 'what it was', 'what it is');
  });

  it('is left out of what is shown of an invalid item of a page, so that it is not sent as a redaction', async () => {
    @Entity({ path: 'loads', validate: 'load' })
    class Load extends SearchResourceMixin(BaseResource) {
      @Field({ schema: z.string() }) name!: string;
      @Field({ secret: true, name: 'p_i_n' }) pin?: string;
      @Field({ type: () => Account }) accounts?: Account[];
      @Field({ type: () => Account }) byName?: Map<string, Account>;
      @Field({ type: () => Account }) several?: Set<Account>;
      @Field({ type: () => Folder }) folder?: Folder;
      @Field({ type: () => Cabinet }) cabinet?: Cabinet;
    }
    const [open, shown] = [
      { id: 'a', name: 'n', login: { password: '12' } },
      { id: 'a', name: 'n' },
    ];
    const accounts = [{ ...open, login: { password } }];
    const inside = {
      byName: { n: open },
      several: ['a', 'a', open],
      folder: { account: open, other_account: open },
      cabinet: { part: { kind: 'folder', account: open } },
    };
    const item = { id: 'l', name: 1, p_i_n: '1234', note: password, accounts, ...inside };
    nock(origin)
      .post('/loads/paginate')
      .reply(200, { results: [item, 7], total: 2 });
    const platform = connect();
    const Bound = platform.bind(Load);
    const events: unknown[] = [];
    platform.on('invalid', ({ raw }) => events.push(raw));
    const page = await Bound.search();
    expect(page.invalid.map(({ raw }) => raw)).to.deep.equal([
      {
        id: 'l',
        name: 1,
        note: '[redacted]',
        accounts: [shown],
        byName: { n: shown },
        several: ['a', 'a', shown],
        folder: { account: shown, other_account: shown },
        cabinet: { part: { kind: 'folder', account: shown } },
      },
      7,
    ]);
    expect(events).to.deep.equal(page.invalid.map(({ raw }) => raw));
  });

  it('is redacted in what checks and validators say of it', async () => {
    const schema = z.string().refine(() => false, { error: ({ input }) => `${String(input)} will not do` });
    @Entity({ path: 'checked' })
    class Checked extends BaseResource {
      @Field({ secret: true, check: oneOf(['a', 'b']) }) pin!: string;
      @Field({ secret: true, schema }) word!: string;
      @Field({ secret: true, check: (value) => `is ${String(value)}` }) other!: string;
    }
    const Bound = connect().bind(Checked);
    expect((await failure(Bound.create({ pin: '77' }), ValidationError)).message)
      .to.contain('(got [redacted])')
      .and.not.contain('77');
    expect((await failure(Bound.create({ other: password }), ValidationError)).message).to.contain('other is [redacted].');
    const error = await failure(Bound.create({ word: password }), ValidationError);
    expect([error.details, error.message.includes(password)]).to.deep.equal([
      [{ field: 'word', message: '[redacted] will not do' }],
      false,
    ]);
  });

  it('is redacted in what a conflict shows', async () => {
    @Entity({ path: 'guarded', update: 'patch' })
    class Guarded extends BaseResource {
      @Field({ secret: true }) pin!: string;
      @Field({ version: true }) rev!: number;
    }
    const platform = connect();
    nock(origin).patch('/guarded/g').reply(409, { message: 'stale' });
    const one = platform.bind(Guarded).fromDict({ id: 'g', pin: '111111', rev: 1 }) as Guarded;
    const error = await failure(one.save({ pin: '222222' }), StaleRecordError);
    expect([error.mine, error.base]).to.deep.equal([{ pin: '[redacted]' }, { pin: '[redacted]' }]);
  });

  it('is looked for once in each record, however they refer to each other', () => {
    @Entity()
    class Outer extends BaseResource {
      @Field({ type: () => Inner }) inner!: Rel<Inner>;
      @Field({ type: () => Account }) account!: Account;
    }
    @Entity()
    class Inner extends BaseResource {
      @Field({ type: () => Outer }) outer!: Outer;
    }
    expect([holdsSecrets(Outer), holdsSecrets(Inner), holdsSecrets(BaseResource)]).to.deep.equal([true, true, false]);
    const outer = new Outer({ account: account() });
    outer.inner = new Inner({ outer });
    expect(withoutSecrets(outer.inner, `no ${password}`)).to.equal('no [redacted]');
  });

  it('is not quoted in messages about a value with a record in it', () => {
    expect(inJson({ deep: [account()] }))
      .to.contain('"name":"n"')
      .and.not.contain(password);
  });

  it('can be declared without decorators', () => {
    const Vault = defineEntity({ name: 'Vault', fields: { pin: { type: String, secret: true } } });
    expect(inspect(new Vault({ pin: '1234' }))).to.contain('pin: [redacted]');
  });

  it('is taken out of JSON that quotes it, but for texts that are parts of words', () => {
    const one = account({ login: { user: 'ada', password } });
    expect(withoutSecrets(one, { error: [`${password}?`], user: 'ada', n: 1 })).to.deep.equal({
      error: ['[redacted]?'],
      user: 'ada',
      n: 1,
    });
    const part = account({ login: { user: 'secret', password: 'secret of secrets', long: 'x'.repeat(4097) } });
    expect(withoutSecrets(part, ['the secret of secrets', 'x'.repeat(4097)])).to.deep.equal(['the [redacted]', 'x'.repeat(4097)]);
    const quoted = account({ login: { user: 'say "hi"', password: 1234567 } });
    expect(withoutSecrets(quoted, [JSON.stringify('say "hi"'), 1234567, 12345678])).to.deep.equal(['"[redacted]"', '[redacted]', 12345678]);
  });
});
