/** Whether the platforms of the tests use PostgreSQL. */
export const onPostgres = process.env.POSTGRES_URL !== undefined;

/** Whether the platforms of the tests keep files in S3. */
export const onS3 = process.env.S3_ENDPOINT !== undefined;

// Functions that ask for `it` when they are called: mocha has another one for each file that a process runs, and this module is loaded once.

/** A test about the files of SQLite: it is counted as pending where platforms use PostgreSQL. */
export function itOnSqlite(title: string, test: Mocha.AsyncFunc | Mocha.Func): void {
  (onPostgres ? it.skip : it)(title, test);
}

/** A test about URLs of the platform's own storage: it is counted as pending where files are in S3. */
export function itWithOwnStorage(title: string, test: Mocha.AsyncFunc | Mocha.Func): void {
  (onS3 ? it.skip : it)(title, test);
}
