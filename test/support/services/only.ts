/** Whether the platforms of the tests use PostgreSQL. */
export const onPostgres = process.env.POSTGRES_URL !== undefined;

/** A test about the files of SQLite: it is counted as pending where platforms use PostgreSQL. */
export const itOnSqlite: Mocha.TestFunction | Mocha.PendingTestFunction = onPostgres ? it.skip : it;
