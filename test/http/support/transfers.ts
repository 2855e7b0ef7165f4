import { NodeClient } from '../../../src/http/node/client.js';
import type { ClientOptions } from '../../../src/http/options.js';
import type { ClientDependencies } from '../../../src/http/settings.js';
import { removeFolders } from '../../support/folder.js';
import { closeServers } from '../../support/server.js';
import { realSockets } from '../../support/sockets.js';
import { senders } from './senders.js';

/** Makes a client for transfers. */
export type Connect = (options?: Partial<ClientOptions>, dependencies?: ClientDependencies) => NodeClient;

/** Describes transfers over real sockets with each fetch; servers and folders are removed after each test. */
export function describeTransfers(what: string, tests: (connect: Connect) => void): void {
  for (const [name, sender] of senders) {
    describe(`${what} with ${name}`, () => {
      realSockets();
      afterEach(async () => {
        await closeServers();
        await removeFolders();
      });
      tests(
        (options = {}, dependencies = {}) =>
          new NodeClient({ baseUrl: 'http://127.0.0.1:9', ...sender, retry: { baseDelay: 0.001 }, ...options }, dependencies),
      );
    });
  }
}
