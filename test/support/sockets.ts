import nock from 'nock';

/**
 * For suites that talk to real servers: steps out of nock's way, which other suites in the same process use and which changes how
 * sockets behave even where it lets them through.
 */
export function realSockets(): void {
  let active = false;
  before(() => {
    active = nock.isActive();
    if (active) nock.restore();
  });
  after(() => {
    if (active) nock.activate();
  });
}
