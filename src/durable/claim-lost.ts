import { ResourceError } from '#front';

/** Others took this process for dead and have its run: nothing that it writes of it counts any more. */
export class ClaimLostError extends ResourceError {
  constructor(id: string) {
    super(`The run ${id} belongs to another process by now: this one sent no heartbeat in time.`);
  }
}
