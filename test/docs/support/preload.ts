/**
 * What a block of a page runs with: `https://….example.test` is the server of the test, and what `console.log` prints is noted with
 * the line that prints it. The block itself is not changed.
 */
import { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';
import { format } from 'node:util';

const { DOCS_API_PORT: port, DOCS_PRINTED: report, DOCS_FILE: file } = process.env;

// Every client of Node opens its connections by `tls.connect`. The server speaks HTTP without TLS.
const connect = tls.connect as (...args: unknown[]) => tls.TLSSocket;
Object.assign(tls, {
  connect(...args: unknown[]) {
    const options = args[0] as tls.ConnectionOptions | undefined;
    if (!/\.example\.test$/.test(String(options?.servername || options?.host))) return connect(...args);
    const socket = net.connect(Number(port), '127.0.0.1');
    socket.once('connect', () => socket.emit('secureConnect'));
    return Object.assign(socket, { encrypted: true, authorized: true, alpnProtocol: false });
  },
});
syncBuiltinESMExports();

const printed: [line: number, text: string][] = [];
const log = console.log;
console.log = (...args: unknown[]): void => {
  const [, line = '0'] = (new Error().stack ?? '').split(`${file}:`)[1]?.match(/^(\d+)/) ?? [];
  printed.push([Number(line), format(...args)]);
  log(...args);
};
process.on('exit', () => writeFileSync(String(report), JSON.stringify(printed)));
