import { ConfigurationError } from '../../../model/errors/index.js';

/** What the keys of all platforms in a bucket begin with. */
export const commonPrefix = 'remote-record/';

/** A bucket of Amazon S3, or of storage with its API. */
export interface S3Options {
  /** The URL of the storage, for the platform and its clients alike. Default: Amazon S3 in `region`, or `AWS_ENDPOINT_URL_S3`. */
  endpoint?: string;
  /** Default: `AWS_REGION`, or else us-east-1. */
  region?: string;
  /** The name of the bucket, which must exist. The platform uses keys below `remote-record/` and its own id. */
  bucket: string;
  /** Default: what the AWS SDK finds, such as `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` or the role of the machine. */
  accessKeyId?: string;
  /** The secret of `accessKeyId`. Default: as for that one. */
  secretAccessKey?: string;
  /** Whether the bucket is part of the path instead of the host name. Default: true with an endpoint, false on Amazon S3. */
  forcePathStyle?: boolean;
}

const names = ['endpoint', 'region', 'bucket', 'accessKeyId', 'secretAccessKey', 'forcePathStyle'];

/** @throws ConfigurationError for options of S3 that cannot be used. Keys are in no message. */
export function checkS3(options: S3Options): void {
  const refuse = (what: string): never => {
    throw new ConfigurationError(`s3 ${what}.`);
  };
  if (typeof options !== 'object' || options === null) refuse('must be an object, such as { endpoint, bucket }');
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) refuse(`has no option '${unknown}': it takes ${names.join(', ')}`);
  const { endpoint, bucket, region, accessKeyId, secretAccessKey } = options;
  if (typeof bucket !== 'string' || !/^[a-z0-9A-Z][\w.-]{1,62}$/.test(bucket)) refuse(`needs the name of a bucket (got '${bucket}')`);
  if (endpoint !== undefined) checkEndpoint(endpoint, refuse);
  if (region !== undefined && !/^[\w-]+$/.test(region)) refuse(`has a region that is not the name of one (got '${region}')`);
  if ((accessKeyId ?? '') === '' && accessKeyId !== undefined) refuse('has an empty accessKeyId: leave it out for the keys of the AWS SDK');
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    refuse('needs accessKeyId and secretAccessKey together, or neither for the keys of the AWS SDK');
  }
}

function checkEndpoint(text: string, refuse: (what: string) => never): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.username !== '' || url.password !== ''))
    refuse('takes no credentials in its endpoint: give accessKeyId and secretAccessKey');
  if (url && /^https?:$/.test(url.protocol) && !/[?#]/.test(text)) return;
  refuse(`needs an http or https URL as its endpoint, such as https://s3.example.test (got '${text}')`);
}
