const lakes = 'Baikal, Tanganyika, Superior, Vostok, Malawi, Michigan, Huron';

const lines = (...all: string[]): string => `${all.join('\n')}\n`;

/** What examples print that print the same each time; of a test suite, the names of the tests that pass. */
export const outputs: Readonly<Record<string, string>> = {
  '04-nightly-job.js': lines(
    'the job was killed when it had started 150',
    'the job was killed when it had started 350',
    'the job ended with 0',
    '500 executions were started, 500 handled, 0 failed',
  ),
  '06-pages-of-every-kind.js': [
    `ByPage: ${lakes}`,
    ...[1, 2, 3].map((page) => `  /v1/by-page?page=${page}&per_page=3`),
    `ByOffset: ${lakes}`,
    ...[0, 3, 6].map((offset) => `  /v1/by-offset?offset=${offset}&limit=3`),
    `ByCursor: ${lakes}`,
    ...['limit=3', 'limit=3&cursor=Mw%3D%3D', 'limit=3&cursor=Ng%3D%3D'].map((query) => `  /v1/by-cursor?${query}`),
    `ByLastId: ${lakes}`,
    ...['limit=3', 'limit=3&starting_after=lake2', 'limit=3&starting_after=lake5'].map((query) => `  /v1/by-last-id?${query}`),
    `ByLink: ${lakes}`,
    ...['limit=3', 'from=3', 'from=6'].map((query) => `  /v1/by-link?${query}`),
    `ByUrl: ${lakes}`,
    ...['limit=3', 'from=3', 'from=6'].map((query) => `  /v1/by-url?${query}`),
    `ByLetter: ${lakes}`,
    ...['a', 'b', 'c'].map((letter) => `  /v1/by-letter?letter=${letter}`),
    'later, in any process: Vostok, Malawi, Michigan, Huron\n',
  ].join('\n'),
  '07-review-queue.js': lines(
    '2 to review',
    'Submission Norway: approved',
    'approve: Submission Norway is approved already.',
    'approve: the table of Submission Italy cannot be read.',
    'Submission Italy: rejected',
    'approve: Submission Italy is rejected already.',
    '0 to review',
    'handed in: Submission Norway',
    'handed in: Submission Italy',
    'Joan approved Submission Norway',
    'not approved: Submission Norway',
    'not approved: Submission Italy',
    'Joan rejected Submission Italy: not a number',
    'not approved: Submission Italy',
  ),
  '08-tidy-up.js': '3 deleted, left: Lakes, Rivers\n',
  '09-your-tests.js': lines(
    'describes all datasets of a name',
    'sends only the description',
    'gets over two failures of a dataset',
    'tells when the platform is down',
  ),
};
