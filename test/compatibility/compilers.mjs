/** Tries the packed package with compilers, bundlers and test runners, on this Node. Run with: npm run test:compilers */
import { rm } from 'node:fs/promises';
import { builds } from './suite/builds.mjs';
import { makeProject, run } from './suite/project.mjs';
import { runners, same } from './suite/runners.mjs';
import { runtimes } from './suite/runtimes.mjs';
import { Tally } from './suite/tally.mjs';

const project = await makeProject();
const node = (file) => run(process.execPath, [file], { cwd: project });
const expected = JSON.parse((await node('story/no-decorators.mjs')).stdout);
const rowOf = ({ tool, settings }) => (settings ? `${tool} (${settings})` : tool);

const built = builds.map((one, index) => ({
  ...one,
  row: rowOf(one),
  column: one.decorators,
  check: async () => same(await node(await one.build(project, `build${index}`)), expected),
}));
const hasNode = ({ major }) => major === undefined || runtimes.some(({ node: installed }) => installed === major);
const ran = runners.filter(hasNode).map((one, index) => ({
  ...one,
  row: rowOf(one),
  column: one.decorators,
  check: () => one.works(project, `runner${index}`, process.execPath, expected),
}));

const tally = new Tally('compilers');
await tally.run([...built, ...ran]);
await tally.end();
await rm(project, { recursive: true, force: true });
