import { lostCreates } from './support/lost-creates.js';

describe('a server that creates and then drops the connection', () => lostCreates(100));
