import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Connections to a server that a test silences or breaks. */
export interface Proxy {
  /** The URL of the server, through the proxy. */
  readonly url: string;
  /** Passes nothing on any more on the connections that there are, and leaves them open. */
  silence(): void;
  /** Ends the connections that there are. */
  break(): void;
  close(): void;
}

/** Starts a proxy in front of the server of a URL. */
export async function startProxy(target: string): Promise<Proxy> {
  const url = new URL(target);
  const address = { host: url.hostname, port: Number(url.port) };
  const sockets = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = connect(address);
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url.port = String((server.address() as AddressInfo).port);
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    silence() {
      for (const socket of sockets) socket.unpipe();
    },
    break: breakAll,
    close() {
      breakAll();
      server.close();
    },
  };
}
