import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalPlatform } from '../../../src/local/index.js';

/** Numbers from 0 to 1, the same ones each time. */
export function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Stands before a platform, and while `wild` answers most polls with something else, late, in pieces or not at all. */
export class Chaos {
  wild = false;
  /** How often each kind of trouble came. */
  readonly troubles: Record<string, number> = {};
  readonly #server: Server;
  readonly #chance: () => number;

  constructor(platform: LocalPlatform, chance: () => number) {
    this.#chance = chance;
    this.#server = createServer(async (incoming, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { method = 'GET', url = '/' } = incoming;
      const { authorization = '', 'content-type': type = 'application/json' } = incoming.headers;
      const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
      const answer = await platform.fetch(`${platform.url}${url}`, { method, headers: { authorization, 'content-type': type }, ...body });
      const text = Buffer.from(await answer.arrayBuffer());
      if (this.wild && method === 'GET') await this.#trouble(response, answer.status, text);
      else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #trouble(response: ServerResponse, status: number, text: Buffer): Promise<void> {
    const json = { 'content-type': 'application/json' };
    const kinds: Record<string, () => unknown> = {
      'too many': () =>
        response.writeHead(429, { ...json, 'retry-after': this.#chance() < 0.5 ? '0' : '1' }).end('{"message":"slow down"}'),
      busy: () => response.writeHead(503, this.#chance() < 0.5 ? { ...json, 'retry-after': '1' } : json).end(),
      reset: () => response.destroy(),
      'reset in the middle': () => {
        response.writeHead(status, { ...json, 'content-length': text.length });
        response.write(text.subarray(0, text.length >> 1), () => response.destroy());
      },
      'slow body': async () => {
        response.writeHead(status, json);
        for (let at = 0; at < text.length && !response.destroyed; at += text.length / 10 + 1) {
          response.write(text.subarray(at, at + text.length / 10 + 1));
          await sleep(50 * this.#chance());
        }
        response.end();
      },
      nothing: () => response.writeHead(status, json).end(text),
    };
    const names = Object.keys(kinds);
    const name = names[Math.floor(this.#chance() * names.length)]!;
    this.troubles[name] = (this.troubles[name] ?? 0) + 1;
    await kinds[name]!();
  }
}
