/** Whether the platforms of the tests use PostgreSQL. */
export const onPostgres = process.env.POSTGRES_URL !== undefined;

/** A test about the files of SQLite: it is counted as pending where platforms use PostgreSQL. */
export const itOnSqlite: Mocha.TestFunction | Mocha.PendingTestFunction = onPostgres ? it.skip : it;

/** Whether the platforms of the tests keep files in S3. */
export const onS3 = process.env.S3_ENDPOINT !== undefined;

/** A test about URLs of the platform's own storage: it is counted as pending where files are in S3. */
export const itWithOwnStorage: Mocha.TestFunction | Mocha.PendingTestFunction = onS3 ? it.skip : it;
