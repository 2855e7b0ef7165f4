import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { runExample } from '../support/example.js';
import { withFolder } from '../support/folder.js';

/** Mistakes that the quickstart finds only after its uploads. */
describe('the quickstart', function () {
  this.timeout(60_000);
  const inFolder = withFolder();
  const file = async (name: string, content: string): Promise<string> => {
    await writeFile(inFolder(name), content);
    return inFolder(name);
  };

  const refusals: [string, () => Promise<string[]>, RegExp][] = [
    [
      'a join on a column that is not there',
      async () => ['--routes', await file('routes.csv', 'from,destination,count\nABE,ATL,1\n')],
      /origin.*(from|destination)/s,
    ],
    [
      'a block of an unknown type',
      async () => [
        '--pipeline',
        await file('unknown.json', JSON.stringify({ id: 'x', name: 'x', blocks: { odd: { id: 'odd', type: 'teleport', config: {} } } })),
      ],
      /teleport/,
    ],
    ['a configuration that is no JSON', async () => ['--pipeline', await file('broken.json', '{ nope')], /broken\.json|JSON/],
  ];
  for (const [what, args, message] of refusals) {
    it(`says what to do about ${what}, and exits with 1`, async () => {
      const { code, out, err } = await runExample('01-quickstart.js', '--json', ...(await args()));
      expect(out).to.equal('');
      expect(err).to.match(message);
      expect(err).not.to.match(/\n {4}at /);
      expect(code).to.equal(1);
    });
  }

  it('tells its story twice in a row', async () => {
    for (let time = 0; time < 2; time++) expect((await runExample('01-quickstart.js')).code).to.equal(0);
  });
});
