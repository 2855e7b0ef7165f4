import type { PlatformName, Vendor } from './session.js';

/** The names of the vendors, for people. */
export const vendorTitles: Readonly<Record<PlatformName, string>> = {
  moderately: 'Moderately AI',
  aixplain: 'aiXplain',
  own: 'the required files',
};

/** The entity classes of the vendors' connections that commands can work with, so that help and completion need not load them. */
export const vendorEntities: Readonly<Record<Vendor, readonly string[]>> = {
  moderately: [
    ...['File', 'Dataset', 'DatasetDataVersion', 'DatasetSchemaVersion'],
    ...['Pipeline', 'PipelineConfigurationVersion', 'PipelineExecution'],
    ...['Agent', 'AgentConfigurationVersion', 'AgentExecution'],
    ...['Team', 'TeamUser', 'User', 'ApiToken', 'AuditLog'],
  ],
  aixplain: [
    ...['Agent', 'Model', 'LLM', 'Tool', 'Integration', 'Session', 'Trigger', 'APIKey'],
    ...['Utility', 'Index', 'Metric', 'Inspector', 'Skill', 'Pipeline', 'FileResource'],
  ],
};

/** The name of a class as it is written in commands: `PipelineExecution` is `pipeline-execution`, `APIKey` is `api-key`. */
export function commandName(className: string): string {
  return className
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}

/** The class that a user means, in any spelling and in the plural; undefined where there is none. */
export function findEntity(given: string, names: Iterable<string>): string | undefined {
  const known = [...names];
  if (known.includes(given)) return given;
  const wanted = plain(given);
  return known.find((name) => plain(name) === wanted) ?? known.find((name) => pluralsOf(plain(name)).includes(wanted));
}

/** The vendors that have an entity, in any spelling. */
export function vendorsWith(given: string): Vendor[] {
  return (Object.keys(vendorEntities) as Vendor[]).filter((vendor) => findEntity(given, vendorEntities[vendor]) !== undefined);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function pluralsOf(name: string): string[] {
  if (name.endsWith('y')) return [`${name.slice(0, -1)}ies`, `${name}s`];
  if (name.endsWith('x')) return [`${name}es`, `${name.slice(0, -2)}ices`];
  return [`${name}s`, `${name}es`];
}
