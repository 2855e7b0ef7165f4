/** Compile-time tests: this file says nothing at run time; that it compiles is the test. */
import {
  type Attributes,
  BaseResource,
  type Change,
  DeleteResourceMixin,
  Entity,
  Field,
  GetResourceMixin,
  type Page,
  type PollEvent,
  type Result,
  RunnableResourceMixin,
  type Search,
  SearchResourceMixin,
} from '../../src/index.js';
import { type Equal, holds } from './support.js';

@Entity({ path: 'tools' })
class Tool extends RunnableResourceMixin(DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource)))) {
  @Field() name!: string;
  @Field() note!: string | null;
  @Field({ type: BigInt }) serial!: bigint;
  @Field() config!: { depth: number };
  @Field({ readOnly: true }) readonly createdAt!: Date;
  get isDeep(): boolean {
    return this.config.depth > 1;
  }
  sharpen(): void {}
}

class Saw extends Tool {
  teeth = 3;
}

@Entity({ path: 'bare' })
class Bare extends BaseResource {
  @Field() name!: string;
}

class Filtered extends SearchResourceMixin(BaseResource) {
  declare static searchParams: { color?: 'red' | 'blue'; nameLike?: string };
}

export async function inference(): Promise<void> {
  const search = Saw.search({ anything: 1, pageSize: 3 });
  const listed: Search<Saw> = search;
  const names = listed.pluck('id');
  holds<Equal<typeof names, Promise<(string | null)[]>>>();
  const found = Saw.findBy({ anything: 1 });
  holds<Equal<typeof found, Promise<Saw | null>>>();
  const page = await search;
  holds<Equal<typeof page, Page<Saw>>>();
  for await (const saw of Saw.search()) holds<Equal<typeof saw, Saw>>();
  const got = await Saw.get('1');
  holds<Equal<typeof got, Saw>>();
  got.teeth.toFixed();
  const cloned = await got.clone({ name: 'x' });
  holds<Equal<typeof cloned, Saw>>();
  const serial = got.original('serial');
  holds<Equal<typeof serial, bigint | undefined>>();
  holds<Equal<Attributes<Tool>['serial'], bigint | undefined>>();
  const saved = await got.save();
  holds<Equal<typeof saved, Saw>>();
  const dict = Tool.fromDict({ id: '1' });
  holds<Equal<typeof dict, Tool>>();
  const made = await Tool.create({ name: 'x' });
  holds<Equal<typeof made, Tool>>();

  holds<
    Equal<
      Attributes<Tool>,
      {
        id?: string | null | undefined;
        name?: string | undefined;
        note?: string | null | undefined;
        serial?: bigint | undefined;
        config?: { depth: number } | undefined;
      }
    >
  >();
  holds<Equal<(typeof got.changes)['name'], Change<string> | undefined>>();
  const original = got.original('config');
  holds<Equal<typeof original, { depth: number } | undefined>>();

  got.on('poll', (event) => holds<Equal<typeof event, PollEvent<Saw>>>());
  got.on('save', ({ resource, sent }) => {
    holds<Equal<typeof resource, Saw>>();
    holds<Equal<typeof sent, boolean>>();
  });
  const result = await got.run({ a: 1 });
  holds<Equal<typeof result, Result>>();
  await Filtered.search({ color: 'red', pageSize: 1 });
}

export async function refusals(tool: Tool, bare: Bare): Promise<void> {
  // @ts-expect-error a read-only field cannot be assigned
  tool.createdAt = new Date();
  // @ts-expect-error nor saved
  await tool.save({ createdAt: new Date() });
  // @ts-expect-error a name that is no field
  await tool.save({ nmae: 'x' });
  // @ts-expect-error a value of another type
  await tool.save({ name: 1 });
  // @ts-expect-error a getter is no field
  await tool.save({ isDeep: true });
  // @ts-expect-error a method is no field
  await tool.save({ sharpen: () => undefined });
  // @ts-expect-error what every record has is no field
  await tool.save({ isNew: true });
  // @ts-expect-error there is no such event
  tool.on('pol', () => undefined);
  // @ts-expect-error a capability that was not mixed in: delete
  await bare.delete();
  // @ts-expect-error run
  await bare.run();
  // @ts-expect-error search
  await Bare.search();
  // @ts-expect-error get
  await Bare.get('1');
  // @ts-expect-error a mixin needs a class of records
  SearchResourceMixin(class {});
  // @ts-expect-error a filter the class does not have
  await Filtered.search({ colour: 'red' });
  // @ts-expect-error a filter value it does not take
  await Filtered.search({ color: 'green' });
  // @ts-expect-error not a field
  tool.revert('nmae');
  // @ts-expect-error pages cannot be awaited for a record
  (await Tool.search()).name;
}
