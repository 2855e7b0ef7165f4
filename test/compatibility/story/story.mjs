import { Connection } from 'remote-record';
import { Dataset, Moderately } from 'remote-record/moderately';
import { server } from './server.mjs';

/**
 * What a user does with two classes of their own, told as what they see. It is the same for classes with decorators of either kind, and for
 * those of defineEntity.
 */
export async function story({ Widget, Report }) {
  const { fetch, requests } = server();
  const events = [];
  const api = new Connection({ baseUrl: 'https://widgets.test', apiKey: 'k', fetch });
  const widgets = api.bind(Widget);
  api.on('save', ({ resource }) => events.push(`saved ${resource.name}`));

  const page = await widgets.search({ color: 'red' });
  const [first] = page.results;
  const loaded = [
    first instanceof Widget,
    first.isModified,
    first.createdAt instanceof Date && first.createdAt.getTime(),
    typeof first.serial,
    first.unlisted,
    Object.keys(first).sort(),
  ];
  first.config.size.w = 3;
  first.colour = 'green';
  first.tags.push('b');
  const { changedFields } = first;
  await first.save({ name: '  renamed ' });

  const made = await new widgets({ name: 'made' }).save();
  const walked = [];
  for await (const { id } of widgets.search()) walked.push(id);
  await made.delete();

  const mai = new Moderately({ apiKey: 'k', teamId: 't', baseUrl: 'https://platform.test', fetch });
  const report = await mai.bind(Report).get('d1');
  const inherited = [report instanceof Dataset, report.owner, report.id];
  await report.save({ owner: 'Grace' });
  return { loaded, changedFields, walked, events, made: [made.isDeleted, made.note], inherited, name: report.name, requests };
}

/** The story of a program that prints it, on one line. */
export function tell(classes) {
  return story(classes).then((told) => console.log(JSON.stringify(told)));
}
