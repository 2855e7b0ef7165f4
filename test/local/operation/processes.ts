import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const path = fileURLToPath(new URL('./server.js', import.meta.url));

/** A server in a process of its own. */
export class ServerProcess {
  readonly child: ChildProcess;
  readonly #ended: Promise<unknown>;
  err = '';
  url = '';
  apiKey = '';
  teamId = '';

  private constructor(args: readonly string[], env: Record<string, string>) {
    this.child = spawn(process.execPath, [path, 'local', '--json', ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stderr?.on('data', (chunk) => {
      this.err += String(chunk);
    });
    this.#ended = once(this.child, 'close');
  }

  /** Starts it, and waits until it says where it is. @throws Error with what it says when it ends instead. */
  static async start(args: readonly string[], env: Record<string, string> = {}): Promise<ServerProcess> {
    const server = new ServerProcess(args, env);
    const lines = createInterface({ input: server.child.stdout as NodeJS.ReadableStream });
    const line = await Promise.race([once(lines, 'line').then(([text]) => String(text)), server.#ended.then(() => undefined)]);
    if (line === undefined) throw new Error(server.err);
    Object.assign(server, JSON.parse(line) as object);
    return server;
  }

  /** Ends it with a signal, if it still runs. Gives its exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    await this.#ended;
    return this.child.exitCode;
  }
}

/** A balancer that sends each request to the next server that was ready when it was asked last, and repeats none. */
export class Balancer {
  readonly #server: Server;
  readonly #timer: NodeJS.Timeout;
  #ready: readonly string[] = [];
  #turn = 0;
  #polls = 0;
  #applied = 0;
  servers: readonly string[] = [];

  private constructor() {
    this.#server = createServer((incoming, outgoing) => {
      const target = this.#ready[this.#turn++ % this.#ready.length];
      if (target === undefined) {
        outgoing.writeHead(502).end();
        return;
      }
      const sent = request(target + incoming.url, { method: incoming.method, headers: incoming.headers }, (response) => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(outgoing);
      });
      sent.on('error', () => outgoing.headersSent || outgoing.writeHead(502).end());
      incoming.pipe(sent);
    });
    this.#timer = setInterval(() => void this.poll(), 50);
  }

  static async start(servers: readonly string[]): Promise<Balancer> {
    const balancer = new Balancer();
    balancer.servers = servers;
    await balancer.poll();
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Asks each server whether it is ready. */
  async poll(): Promise<void> {
    const poll = ++this.#polls;
    const states = await Promise.all(
      this.servers.map(async (url) => ((await fetch(`${url}/ready`).catch(() => undefined))?.status === 200 ? url : undefined)),
    );
    // A later one that has ended already knows better.
    if (poll < this.#applied) return;
    this.#applied = poll;
    this.#ready = states.filter((url) => url !== undefined);
  }

  /** Waits until it sends requests to these servers only. */
  async settle(servers: readonly string[]): Promise<void> {
    this.servers = servers;
    for (;;) {
      await this.poll();
      if (this.#ready.length === servers.length && servers.every((url) => this.#ready.includes(url))) return;
      await delay(20);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
