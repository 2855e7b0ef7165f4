import { BaseResource, Connection, defineEntity, WaitableResourceMixin } from 'remote-record';
import { Widget } from './defined.mjs';
import { server } from './server.mjs';

/** How much the heap grows with each search, save and wait, in bytes: over nine times 500 of them. */
const rounds = 500;
const { fetch, requests } = server();
const api = new Connection({ baseUrl: 'https://widgets.test', apiKey: 'k', fetch });
const widgets = api.bind(Widget);
const Job = defineEntity({ name: 'Job', path: 'jobs', extends: BaseResource, mixins: [WaitableResourceMixin], fields: { status: String } });
const jobs = api.bind(Job);

async function work() {
  for (let round = 0; round < rounds; round++) {
    const [first] = (await widgets.search()).results;
    first.on('save', () => {});
    await first.save({ tags: [String(round)] });
    await jobs.fromDict({ id: 'j1', status: 'running' }).wait();
    requests.length = 0;
  }
}

async function heap() {
  for (let round = 0; round < 5; round++) {
    globalThis.Bun?.gc(true);
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().heapUsed;
}

for (let warming = 0; warming < 8; warming++) await work();
const heaps = [await heap()];
for (let time = 0; time < 9; time++) {
  await work();
  heaps.push(await heap());
}
// The median of the slopes between any two measurements: what is compiled meanwhile moves single ones, on Node 22 up and down by 200 KB, and
// what each round keeps moves all of them.
const slopes = heaps.flatMap((later, end) => heaps.slice(0, end).map((earlier, start) => (later - earlier) / (end - start) / rounds));
const usual = slopes.toSorted((a, b) => a - b)[slopes.length >> 1];
if (usual > 100) throw new Error(`a search, a save and a wait leave ${Math.round(usual)} bytes; the heap held ${heaps.join(', ')}`);
console.log('flat');
