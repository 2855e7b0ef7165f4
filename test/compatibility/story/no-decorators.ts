// Read by runtimes that leave the types out (https://nodejs.org/api/typescript.html#type-stripping).
import { BaseResource, Connection, defineEntity, GetResourceMixin } from 'remote-record';
import { Report, Widget } from './defined.mjs';
import { server } from './server.mjs';
import { tell } from './story.mjs';

const Typed = defineEntity({ name: 'Typed', path: 'widgets', extends: BaseResource, mixins: [GetResourceMixin], fields: { name: String } });

async function nameOf(id: string): Promise<string> {
  const { fetch }: { fetch: unknown } = server();
  const api: Connection = new Connection({ baseUrl: 'https://widgets.test', apiKey: 'k', fetch: fetch as never });
  const record = await api.bind(Typed).get(id);
  return record.name satisfies string;
}

if ((await nameOf('w1')) !== 'first') throw new Error('the typed record has another name');
await tell({ Widget, Report });
