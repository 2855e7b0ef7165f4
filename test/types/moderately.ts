/** Compile-time tests: this file says nothing at run time; that it compiles is the test. */
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
  type PipelineConfigurationVersion,
  type PipelineExecution,
  type Team,
  User,
} from '../../src/moderately/index.js';
import { type Equal, holds } from './support.js';

export function moderately(mai: Moderately, dataset: Dataset, user: User, pipeline: Pipeline): unknown[] {
  class Mine extends Dataset {
    extra = 1;
    @BeforeSave() check(): void {}
  }
  const Bound = mai.bind(Mine);

  const found = mai.Dataset.search({ nameLike: 'a', orderBy: 'createdAt' });
  const listed: Search<Dataset> = found;
  // @ts-expect-error not a filter of datasets
  listed && found.where({ colour: 'red' });
  found.where({ nameLike: 'b' }).order('name', 'desc').first();
  const mine = Bound.search({ datasetIds: ['d1'] });
  const first = mine.first();
  holds<Equal<typeof first, Promise<Mine | null>>>();
  const got = Bound.get('d1');
  holds<Equal<typeof got, Promise<Mine>>>();
  const versions = dataset.dataVersions({ fileType: 'csv' });
  holds<Equal<Awaited<typeof versions>, Page<DatasetDataVersion>>>();
  const asSearch: Search<DatasetDataVersion> = versions.where({ status: 'current' });
  // @ts-expect-error not a filter of data versions
  asSearch && versions.where({ colour: 'red' });
  const current = dataset.currentDataVersion();
  holds<Equal<typeof current, Promise<DatasetDataVersion | null>>>();
  const from = mai.PipelineExecution.search({}, { include: ['configurationVersion.pipeline.team'] });
  const version = from.first().then((each) => each!.configurationVersion());
  holds<Equal<typeof version, Promise<PipelineConfigurationVersion>>>();
  new mai.PipelineConfigurationVersion({ pipeline, configuration: { id: 'c', name: 'n', blocks: {} } });
  const teams = user.teams();
  holds<Equal<Awaited<typeof teams>, Page<Team>>>();
  const many = mai.File.byIds(['f1']);
  holds<Equal<typeof many, Search<File>>>();
  const executed = pipeline.execute({ text: 'x' }, { version: 'v1', wait: true });
  holds<Equal<typeof executed, Promise<PipelineExecution>>>();
  const resumed = mai.AgentExecution.resume('token');
  holds<Equal<typeof resumed, AgentExecution>>();
  holds<Equal<Dataset['processingStatus'], 'needs-processing' | 'in_progress' | 'completed' | 'failed' | null | undefined>>();

  holds<Equal<File['metadata'], Record<string, unknown> | undefined>>();
  holds<Equal<ApiToken['tokenPrefix'], string | undefined>>();
  holds<Equal<ApiToken['lastUsedAt'], Date | null | undefined>>();

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
