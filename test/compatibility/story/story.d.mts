import type { BaseResource } from 'remote-record';
import type { Dataset } from 'remote-record/moderately';

interface Classes {
  Widget: new () => BaseResource;
  Report: new () => Dataset;
}

export function story(classes: Classes): Promise<unknown>;
export function tell(classes: Classes): Promise<void>;
