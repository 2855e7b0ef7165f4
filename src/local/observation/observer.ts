import type { Observed } from '../context.js';

/** The route of a request that matched none, or that was refused before routes were looked at. */
export const noRoute = 'none';

/** A request whose response has begun, or that got none. */
export interface EndedRequest extends Observed {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Undefined when the connection was broken instead of a response. */
  readonly status: number | undefined;
  /** Until its response began: what is streamed afterwards is not counted. */
  readonly seconds: number;
}

/** A job that has ended, with the status that its record has then. */
export interface EndedJob {
  readonly kind: string;
  /** The id of the record that it was about. */
  readonly subjectId: string;
  readonly status: string;
  readonly seconds: number;
}

/** Is told what a platform does, for metrics and logs. It must not throw. */
export interface Observer {
  requestEnded(request: EndedRequest): void;
  jobStarted(kind: string): void;
  jobEnded(job: EndedJob): void;
  /** Something failed that no response tells of. */
  failed(what: string, error: unknown): void;
  close(): void;
}

/** Tells several observers. */
export function observerOf(observers: readonly Observer[]): Observer {
  const all =
    <Name extends keyof Observer>(name: Name) =>
    (...args: Parameters<Observer[Name]>): void => {
      for (const observer of observers) (observer[name] as (...given: Parameters<Observer[Name]>) => void)(...args);
    };
  return {
    requestEnded: all('requestEnded'),
    jobStarted: all('jobStarted'),
    jobEnded: all('jobEnded'),
    failed: all('failed'),
    close: all('close'),
  };
}
