import { lostCreates } from './support/lost-creates.js';

describe('a server that creates and then drops the connection, a thousand times', function () {
  this.timeout(60_000);
  lostCreates(1000);
});
