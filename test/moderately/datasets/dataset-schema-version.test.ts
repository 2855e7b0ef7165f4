import { expect } from 'chai';
import nock from 'nock';
import { ValidationError } from '../../../src/index.js';
import type { ColumnInput, Dataset, DatasetSchemaVersion, Moderately } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { connect, json, onTheWire, origin, page } from '../support/connect.js';

describe('the schema of a dataset', () => {
  onTheWire();
  let mai: Moderately;
  let dataset: Dataset;
  beforeEach(async () => {
    mai = connect();
    nock(origin).get('/datasets/d1').reply(200, json.dataset());
    dataset = await mai.Dataset.get('d1');
  });

  function creates(body: object, more: object = {}): void {
    nock(origin)
      .post('/dataset-schema-versions', body as nock.DataMatcherMap)
      .reply(201, json.schemaVersion(more));
  }

  it('is described by columns, whose types may have their Python names', async () => {
    creates({
      datasetId: 'd1',
      columns: [
        { pos: 1, name: 'id', type: 'integer', nullable: false },
        { pos: 2, name: 'name', type: 'string', nullable: true, description: 'In full' },
        { pos: 3, name: 'ok', type: 'boolean', nullable: false },
        { pos: 4, name: 'day', type: 'datetime', nullable: false },
        {
          pos: 5,
          name: 'odd',
          type: 'decimal',
          nullable: false,
          operations: [{ type: 'strip_whitespace', parameters: { sides: 'both' } }],
        },
      ],
      status: 'draft',
    });
    const schema = await dataset.createSchema([
      { name: 'id', type: 'int' },
      { name: 'name', type: 'str', required: false, description: 'In full' },
      { name: 'ok', type: 'bool', required: true },
      { name: 'day', type: 'date' },
      { name: 'odd', type: 'decimal', operations: [{ type: 'strip_whitespace', parameters: { sides: 'both' } }] },
    ]);
    expect(schema.columns.map(({ name }) => name)).to.deep.equal(['id', 'name']);
    expect(schema.isModified).to.equal(false);
  });

  it('may be created as the current one, with parsing options, and the dataset knows then', async () => {
    creates(
      {
        datasetId: 'd1',
        columns: [{ pos: 1, name: 'a', type: 'string', nullable: false }],
        status: 'current',
        parsingOptions: { delimiter: ';' },
      },
      { status: 'current' },
    );
    nock(origin)
      .get('/datasets/d1')
      .reply(200, json.dataset({ currentSchemaVersionId: 'sv1' }));
    await dataset.createSchema([{ name: 'a', type: 'str' }], { status: 'current', parsingOptions: { delimiter: ';' } });
    expect(dataset.currentSchemaVersionId).to.equal('sv1');
  });

  for (const [what, columns] of [
    ['no columns', []],
    ['a column without a name', [{ type: 'str' }]],
    ['a column without a type', [{ name: 'a' }]],
    [
      'two columns of one name',
      [
        { name: 'a', type: 'str' },
        { name: 'a', type: 'int' },
      ],
    ],
  ] as const) {
    it(`is refused with ${what}, before any request`, async () => {
      expect(await failure(dataset.createSchema(columns as readonly ColumnInput[]))).to.be.instanceOf(ValidationError);
    });
  }

  it('can be described step by step', async () => {
    creates({
      datasetId: 'd1',
      columns: [
        { pos: 1, name: 'id', type: 'integer', nullable: false },
        { pos: 2, name: 'name', type: 'string', nullable: true, description: 'In full' },
      ],
      status: 'draft',
      parsingOptions: { delimiter: ';', headerRow: 2, skipRows: [0] },
    });
    await dataset
      .schemaBuilder()
      .addColumn('id', 'int')
      .addColumn('name', 'str', { required: false, description: 'In full' })
      .withParsing({ delimiter: ';' })
      .withParsing({ headerRow: 2, skipRows: [0] })
      .asCurrent()
      .asDraft()
      .create();
  });

  it('described step by step has no parsing options unless they are given, and cannot be empty', async () => {
    creates({ datasetId: 'd1', columns: [{ pos: 1, name: 'id', type: 'integer', nullable: false }], status: 'current' });
    await dataset.schemaBuilder().addColumn('id', 'int').asCurrent().create();
    expect(await failure(dataset.schemaBuilder().create())).to.be.instanceOf(ValidationError);
  });

  it('is made from a sample', async () => {
    creates({
      datasetId: 'd1',
      columns: [
        { pos: 1, name: 'id', type: 'integer', nullable: true },
        { pos: 2, name: 'name', type: 'string', nullable: true },
      ],
      status: 'draft',
      parsingOptions: { delimiter: ';', headerRow: 1, encoding: 'utf-8' },
    });
    await dataset.createSchemaFromSample(Buffer.from('id;name\n1;Ada\n'));
  });

  it('cannot be made from a spreadsheet that is not XLSX', async () => {
    const error = await failure(dataset.createSchemaFromSample({ data: Buffer.from('PK'), name: 'book.xlsx' }));
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.message).to.contain('CSV');
  });

  it('is found when it is the current one, and null when there is none', async () => {
    const query = { page: 1, pageSize: 1, datasetIds: 'd1', status: 'current', orderBy: 'createdAt', orderDirection: 'desc' };
    nock(origin)
      .get('/dataset-schema-versions')
      .query(query)
      .reply(200, page([json.schemaVersion({ status: 'current' })]));
    expect((await dataset.currentSchema())?.id).to.equal('sv1');
    nock(origin).get('/dataset-schema-versions').query(query).reply(200, page([]));
    expect(await dataset.currentSchema()).to.equal(null);
  });

  it('is listed version by version, newest first unless told otherwise', async () => {
    const query = { page: 1, pageSize: 10, datasetIds: 'd1' };
    nock(origin)
      .get('/dataset-schema-versions')
      .query({ ...query, orderBy: 'createdAt', orderDirection: 'desc' })
      .reply(200, page([]));
    await dataset.schemaVersions();
    nock(origin)
      .get('/dataset-schema-versions')
      .query({ ...query, orderBy: 'versionNo' })
      .reply(200, page([]));
    await dataset.schemaVersions({ orderBy: 'versionNo' });
  });

  describe('as one version', () => {
    let schema: DatasetSchemaVersion;
    beforeEach(async () => {
      nock(origin).get('/dataset-schema-versions/sv1').reply(200, json.schemaVersion());
      schema = await dataset.schemaVersion('sv1');
    });

    function patches(body: object, more: object = {}): void {
      nock(origin)
        .patch('/dataset-schema-versions/sv1', body as nock.DataMatcherMap)
        .reply(200, json.schemaVersion(more));
    }

    it('is made current, and archived', async () => {
      patches({ status: 'current' }, { status: 'current' });
      await schema.activate();
      expect(schema.status).to.equal('current');
      patches({ status: 'archived' }, { status: 'archived' });
      await schema.archive();
      expect(schema.status).to.equal('archived');
    });

    it('finds a column by its name', () => {
      expect(schema.column('name')?.type).to.equal('string');
      expect(schema.column('age')).to.equal(undefined);
    });

    it('gets a column at its end, numbered after the last', async () => {
      const [id, name] = schema.columns;
      patches({ columns: [id, name, { pos: 3, name: 'age', type: 'integer', nullable: false }] });
      await schema.addColumn('age', 'int');
    });

    it('gets a column at a place, and all are numbered anew', async () => {
      patches({
        columns: [
          { name: 'id', type: 'integer', nullable: false, pos: 1 },
          { pos: 2, name: 'age', type: 'integer', nullable: true },
          { name: 'name', type: 'string', nullable: true, pos: 3 },
        ],
      });
      await schema.addColumn('age', 'int', { position: 2, required: false });
    });

    it('gets a column at a place among the others as they are numbered, however they are listed', async () => {
      const listed = mai.DatasetSchemaVersion.fromDict({ ...json.schemaVersion(), columnsJson: [...schema.columns].reverse() });
      patches({
        columns: [
          { name: 'id', type: 'integer', nullable: false, pos: 1 },
          { pos: 2, name: 'age', type: 'integer', nullable: false },
          { name: 'name', type: 'string', nullable: true, pos: 3 },
        ],
      });
      await listed.addColumn('age', 'int', { position: 2 });
    });

    it('cannot change columns that were never loaded', async () => {
      const unread = new mai.DatasetSchemaVersion({ id: 'sv1' });
      for (const change of [() => unread.addColumn('age', 'int'), () => unread.removeColumn('age')]) {
        const error = await failure(change());
        expect(error).to.be.instanceOf(ValidationError);
        expect(error.message).to.contain('refresh()');
      }
      expect(unread.column('age')).to.equal(undefined);
    });

    it('refuses a second column of one name, and a place that is none', async () => {
      expect((await failure(schema.addColumn('id', 'int'))).message).to.contain('already has a column "id"');
      expect((await failure(schema.addColumn('age', 'int', { position: 4 }))).message).to.contain('from 1 to 3');
    });

    it('loses a column by its name', async () => {
      patches({ columns: [{ name: 'name', type: 'string', nullable: true, pos: 2 }] });
      await schema.removeColumn('id');
    });

    it('refuses to lose a column it does not have', async () => {
      const error = await failure(schema.removeColumn('x'));
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.message).to.contain('it has id, name');
    });

    it('notices an edit of a column, and sends the columns', async () => {
      schema.columns[0]!.nullable = true;
      expect(schema.changedFields).to.deep.equal(['columns']);
      patches({ columns: schema.columns });
      await schema.save();
    });

    it('is cloned into a draft of the same columns', async () => {
      const copy = await schema.clone();
      creates({ datasetId: 'd1', columns: schema.columns });
      await copy.save();
    });

    it('stays with its dataset', async () => {
      expect((await failure(schema.save({ datasetId: 'd2' }))).message).to.contain('datasetId is fixed');
    });
  });
});
