import type { Migration } from 'kysely';
import { sql } from '../kysely.js';
import { columns, index, type Schema, table } from './build.js';

/** Adds the uploads that are open, those of existing records included, and the responses to repeated requests. */
export const openUploadsAndResponses: Migration = {
  async up(db: Schema) {
    await columns(table(db, 'uploads', 'key'), 'size?:integer', 'sha256?', 'expiresAt').execute();
    const never = '9999-12-31T00:00:00.000Z';
    await sql`insert into uploads ("key", "size", "sha256", "expiresAt")
      select "objectKey", "fileSize", case when length("fileDigest") = 64 then "fileDigest" end, ${never} from files
      where "uploadStatus" = 'pending'`.execute(db);
    await sql`insert into uploads ("key", "expiresAt")
      select "objectKey", ${never} from "datasetDataVersions" where uploaded = 0`.execute(db);
    await columns(
      table(db, 'idempotentResponses', 'scope'),
      ...['fingerprint', 'status:integer', 'contentType', 'body', 'size:integer', 'createdAt', 'expiresAt'],
    ).execute();
    await index(db, 'idempotentResponses', 'expiresAt');
  },
};
