import { processIo } from '../../../src/cli/io.js';
import { runCommandLine } from '../../../src/cli/program.js';
import { sql } from '../../../src/local/store/kysely.js';
import { migrationProvider } from '../../../src/local/store/migrations/index.js';
import { migrationNames } from '../../../src/local/store/new-database.js';

/**
 * `remote-record` as a process of its own. With `NEWER=1` it is that of a newer version, whose database has a table, a column and an index
 * more than this one's.
 */
if (process.env.NEWER === '1') {
  const name = 'zz-newer';
  (migrationNames as string[]).push(name);
  const known = await migrationProvider.getMigrations();
  migrationProvider.getMigrations = async () => ({
    ...known,
    [name]: {
      async up(db) {
        await sql`create table newer ("id" text primary key)`.execute(db);
        await sql`alter table "uploads" add column "newer" text`.execute(db);
        await sql`create index "datasets_newer" on "datasets" ("teamId", "description")`.execute(db);
      },
    },
  });
}
// What a test compares: the most memory that it had at a time, in KiB.
if (process.env.MAX_RSS === '1') process.once('exit', () => process.stderr.write(`maxRSS ${process.resourceUsage().maxRSS}\n`));
process.exitCode = await runCommandLine(process.argv.slice(2), processIo());
