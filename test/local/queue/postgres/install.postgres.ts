import { expect } from 'chai';
import { installQueue } from '../../../../src/local/queue/postgres/install.js';
import { ConfigurationError } from '../../../../src/model/errors/index.js';
import { failure } from '../../../support/failure.js';
import { job, runner } from '../support.js';
import { jobs, usePostgresQueues } from './support.js';

const body = `select prosrc as body from pg_proc where proname = 'endJob'`;

describe('The tables of the queue in PostgreSQL', function () {
  this.timeout(60_000);
  const { used, open } = usePostgresQueues();

  it('are made once by processes that start at the same time', async () => {
    const processes = await Promise.all([open(), open(), open()]);
    const { rows } = (await processes[0]?.connections.query('select step from "workerSteps"')) ?? {};
    expect(rows).to.deep.equal([{ step: 1 }]);
  });

  it('are kept from before steps were counted', async () => {
    const { connections, queue, store } = await open();
    await queue.add(store, job('kept'));
    await connections.query('drop table "workerSteps"');
    await installQueue(used.url);
    const process = await open();
    expect((await jobs(process)).map(({ subjectId }) => subjectId)).to.deep.equal(['kept']);
    process.queue.register(
      'a',
      runner(async () => []),
    );
    await process.queue.start();
    while ((await jobs(process)).length > 0);
  });

  it('are not changed by an older version, which does not start on those of a newer one', async () => {
    const { connections } = await open();
    await connections.query('insert into "workerSteps" values (1000)');
    await connections.query(
      `create or replace function "endJob"(job text, worker text, attempt integer) returns void language plpgsql as $$ begin end $$`,
    );
    const newer = (await connections.query(body)).rows;
    const error = await failure(installQueue(used.url));
    expect(error).to.be.instanceOf(ConfigurationError);
    expect(error.message).to.match(/newer version of remote-record \(step 1000, this version knows 1\).*Nothing was changed/);
    expect((await connections.query(body)).rows).to.deep.equal(newer);
  });
});
