import { ConfigurationError, type Credentials } from '#front';

/** The keys of a connection, of which exactly one must be given. */
export interface KeyOptions {
  /** A team's key, sent as `x-api-key`. Default: `TEAM_API_KEY`, else `AIXPLAIN_API_KEY` from the environment. */
  apiKey?: string | undefined;
  /** A personal key, sent as `x-aixplain-key`. */
  aixplainApiKey?: string | undefined;
}

/** First-generation operations take the key as `Authorization: Token`, and those for files spell `token` in lower case. */
const firstGeneration = /\/sdk\/(?:pipelines|corpora|datasets|(file))(?:\/|$)/;

/**
 * The headers with which each operation of the platform takes the key.
 *
 * @throws ConfigurationError if there is no key, or more than one.
 */
export function credentialsFrom(options: KeyOptions): Credentials {
  const { name, value } = keyFrom(options);
  return ({ url, apiKey: key = value }) => {
    const old = firstGeneration.exec(url);
    return old ? { authorization: `${old[1] ? 'token' : 'Token'} ${key}` } : { [name]: key };
  };
}

function keyFrom({ apiKey, aixplainApiKey }: KeyOptions): { name: string; value: string } {
  if (apiKey !== undefined && aixplainApiKey !== undefined)
    throw new ConfigurationError('Give apiKey (a team key) or aixplainApiKey (a personal key), not both.');
  const value = apiKey ?? aixplainApiKey ?? (process.env.TEAM_API_KEY || process.env.AIXPLAIN_API_KEY);
  if (typeof value !== 'string' || value.trim() === '')
    throw new ConfigurationError(
      'An API key is required: give apiKey (a team key) or aixplainApiKey (a personal key), or set TEAM_API_KEY or AIXPLAIN_API_KEY.',
    );
  return { name: aixplainApiKey === undefined ? 'x-api-key' : 'x-aixplain-key', value: value.trim() };
}
