import { createHash } from 'node:crypto';
import type { Api } from './index.js';

/** The platform that docs/your-own-platform.md describes: it responds to what the page says, and to nothing else. */
export function scribe(): Api {
  const recording = { id: 'r 1', title: '', size: 0, created_at: '2024-05-01T00:00:00Z' };
  const transcript = { id: 't1', recording_id: 'r 1', language: 'en', text: null as string | null, created_at: '2024-05-01T00:00:00Z' };
  let sha256 = '';
  let polls = 0;

  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const text = await request.text();
    const key = request.headers.get('x-scribe-key');
    if ((key === null) !== (pathname === '/storage')) throw new Error(`${pathname} got the key ${key}.`);
    switch (`${request.method} ${pathname}${pathname === '/storage' ? '' : search}`) {
      case 'POST /v1/recordings': {
        const facts = JSON.parse(text) as { title: string; size: number; sha256: string };
        Object.assign(recording, { title: facts.title, size: facts.size });
        sha256 = facts.sha256;
        const upload_url = 'https://scribe.example.test/storage?signature=secret';
        return Response.json({ data: { id: recording.id, upload_url } }, { status: 201 });
      }
      case 'PUT /storage':
        if (createHash('sha256').update(text).digest('hex') !== sha256) throw new Error('the content is not what was announced');
        return Response.json({});
      case 'POST /v1/recordings/r%201/complete':
        return Response.json({ data: recording });
      case 'POST /v1/transcripts':
        return Response.json({ data: { ...transcript, status: 'QUEUED', minutes: { done: 0, all: 2 } } }, { status: 201 });
      case 'GET /v1/transcripts/t1': {
        const done = ++polls;
        const ended = done === 2 ? { status: 'READY', text: 'Good morning.' } : { status: 'WORKING' };
        return Response.json({ data: { ...transcript, ...ended, minutes: { done, all: 2 } } });
      }
      case 'PATCH /v1/recordings/r%201':
        return Response.json({ data: Object.assign(recording, JSON.parse(text)) });
      case 'GET /v1/recordings?page=1&limit=20&title=poet':
        return Response.json({ items: [recording], count: 1 });
      case 'DELETE /v1/recordings/r%201':
        return Response.json({ data: recording });
      case 'GET /v1/recordings/no-such-id':
        return Response.json({ fault: { kind: 'no-recording', reason: 'there is no such recording', temporary: false } }, { status: 404 });
      default:
        throw new Error(`${request.method} ${pathname}${search} is not an operation of Scribe`);
    }
  };
}
