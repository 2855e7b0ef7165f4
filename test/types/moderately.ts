import { expect } from 'chai';
import type { Page, Search } from '../../src/index.js';
import { BeforeSave } from '../../src/index.js';
import {
  type AgentExecution,
  type ApiToken,
  Dataset,
  type DatasetDataVersion,
  type File,
  Moderately,
  type Pipeline,
  type PipelineExecution,
  type Team,
  User,
} from '../../src/moderately/index.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only when both types are the same. */
function same<A, B>(_proof: Same<A, B>): void {}

/** Never run: the compiler is the judge. */
function judged(mai: Moderately, dataset: Dataset, user: User, pipeline: Pipeline): unknown[] {
  class Mine extends Dataset {
    extra = 1;
    @BeforeSave() check(): void {}
  }
  const Bound = mai.bind(Mine);

  const found = mai.Dataset.search({ nameLike: 'a', orderBy: 'createdAt' });
  same<typeof found, Search<Dataset>>(true);
  const mine = Bound.search({ datasetIds: ['d1'] });
  same<typeof mine, Search<Mine>>(true);
  const got = Bound.get('d1');
  same<typeof got, Promise<Mine>>(true);
  const versions = dataset.dataVersions({ fileType: 'csv' });
  same<typeof versions, Search<DatasetDataVersion>>(true);
  const teams = user.teams();
  same<Awaited<typeof teams>, Page<Team>>(true);
  const many = mai.File.byIds(['f1']);
  same<typeof many, Search<File>>(true);
  const executed = pipeline.execute({ text: 'x' }, { version: 'v1', wait: true });
  same<typeof executed, Promise<PipelineExecution>>(true);
  const resumed = mai.AgentExecution.resume('token');
  same<typeof resumed, AgentExecution>(true);
  same<Dataset['processingStatus'], 'needs-processing' | 'in_progress' | 'completed' | 'failed' | null | undefined>(true);

  same<File['metadata'], Record<string, unknown> | undefined>(true);
  same<ApiToken['tokenPrefix'], string | undefined>(true);
  same<ApiToken['lastUsedAt'], Date | null | undefined>(true);

  // @ts-expect-error it is read-only
  dataset.currentDataVersionId = 'x';

  return [
    new mai.Dataset({ name: 'a', description: null }),
    new mai.File({ content: 'path', fileName: 'a' }).save({}, { onProgress: ({ loaded }) => loaded }),
    // @ts-expect-error a dataset has no such field
    new mai.Dataset({ title: 'a' }),
    // @ts-expect-error the platform sets it
    new mai.Dataset({ datasetId: 'a' }),
    // @ts-expect-error it is a text
    dataset.save({ name: 1 }),
    // @ts-expect-error the platform has no such status
    mai.PipelineExecution.search({ status: 'done' }),
    // @ts-expect-error files are searched by other things
    mai.File.search({ nmeLike: 'x' }),
    // @ts-expect-error data versions cannot be deleted
    new mai.DatasetDataVersion().delete(),
    // @ts-expect-error users have one name that can be changed
    user.updateProfile({ nickname: 'x' }),
  ];
}

describe('the types of Moderately', () => {
  it('are judged by the compiler', () => {
    expect(judged).to.be.a('function');
    expect([Dataset.name, User.name, Moderately.name]).to.deep.equal(['Dataset', 'User', 'Moderately']);
  });
});
