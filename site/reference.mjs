import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, Converter, ReflectionKind } from 'typedoc';
import { MarkdownPageEvent } from 'typedoc-plugin-markdown';

/** The entry points, by the names under which the package has them: their files, and what they are for. */
const entries = {
  'remote-record': ['index.ts', 'records, searches, relations, hooks, runs, connections and errors; nothing of a vendor'],
  moderately: ['moderately/index.ts', 'the connection and the classes of Moderately AI'],
  aixplain: ['aixplain/index.ts', 'the connection and the classes of aiXplain'],
  durable: ['durable/index.ts', 'waits that outlive their process'],
  local: ['local/index.ts', 'the local platform'],
  undici: ['undici.ts', 'a transport over undici, for many requests'],
  vendor: ['vendor.ts', 'what the classes of a platform of your own need beyond `remote-record`'],
};

/** What has to be documented: all that a user can name. */
const documented = ['Enum', 'Variable', 'Function', 'Class', 'Interface', 'Property', 'Method', 'Accessor', 'TypeAlias'];

/**
 * Writes the reference of every entry point as Markdown, with a page for each class, enumeration, function and interface.
 * @throws Error when a symbol has no comment, or a comment refers to something that does not exist.
 */
export async function writeReference(root, out) {
  const app = await Application.bootstrapWithPlugins({
    tsconfig: fileURLToPath(new URL('tsconfig.json', import.meta.url)),
    entryPoints: Object.values(entries).map(([file]) => join(root, 'src', file)),
    plugin: ['typedoc-plugin-markdown'],
    out,
    readme: 'none',
    // The project is checked by its own compiler; this one only reads.
    skipErrorChecking: true,
    excludePrivate: true,
    excludeInternal: true,
    excludeExternals: true,
    disableSources: true,
    validation: { notExported: false, invalidLink: true, invalidPath: true, rewrittenLink: true, notDocumented: true },
    requiredToBeDocumented: documented,
    // What a type is told by, which nobody names.
    intentionallyNotDocumented: ['remote-record.RunResultOf.__type.runResult', 'vendor.SearchParamsOf.__type.searchParams'],
    hidePageHeader: true,
    hideBreadcrumbs: true,
    entryFileName: 'index',
    // Types and values are on the page of their entry point.
    membersWithOwnFile: ['Class', 'Enum', 'Function', 'Interface'],
    parametersFormat: 'table',
    interfacePropertiesFormat: 'list',
    sanitizeComments: true,
    logLevel: 'Warn',
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    // What was inherited is described where it is declared.
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) if (module.name === 'index') module.name = 'remote-record';
  });
  leaveOutInherited(app);
  const project = await app.convert();
  if (!project) throw new Error('The sources could not be read.');
  app.validate(project);
  await app.generateOutputs(project);
  await writeFile(join(out, 'index.md'), indexOf(entries));
  await renameIndexes(out);
  const { warningCount, errorCount } = app.logger;
  if (warningCount + errorCount > 0) throw new Error(`${warningCount + errorCount} faults in the doc comments.`);
}

/**
 * Leaves what a class inherits out of its page, which ends with the names of it: a record of a platform has a hundred members that all
 * records have.
 */
function leaveOutInherited(app) {
  const inherited = new Map();
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    for (const owner of project.getReflectionsByKind(ReflectionKind.ClassOrInterface)) {
      const members = (owner.children ?? []).filter(
        (member) => member.inheritedFrom || member.signatures?.[0]?.inheritedFrom || member.getSignature?.inheritedFrom,
      );
      if (owner.name === 'BaseResource' || members.length === 0) continue;
      inherited.set(
        owner,
        members.map((member) => [
          member.name,
          (member.inheritedFrom ?? member.signatures?.[0]?.inheritedFrom ?? member.getSignature.inheritedFrom).name,
        ]),
      );
      for (const member of members) project.removeReflection(member);
    }
  });
  app.renderer.on(MarkdownPageEvent.END, (page) => {
    const members = inherited.get(page.model);
    if (!members) return;
    const names = [...new Set(members.map(([name]) => `\`${name}\``))].sort();
    page.contents += `\n## Inherited\n\n${names.join(' ')}\n`;
  });
}

/** Gives classes that are called `Index` another file, since the site takes every `Index.md` for the index of its folder. */
async function renameIndexes(out) {
  const files = (await readdir(out, { recursive: true })).filter((file) => file.endsWith('.md'));
  for (const file of files.filter((each) => basename(each) === 'Index.md'))
    await rename(join(out, file), join(out, dirname(file), 'Index-class.md'));
  for (const file of files.map((each) => each.replace(/\bIndex\.md$/, 'Index-class.md'))) {
    const text = await readFile(join(out, file), 'utf8');
    if (/\bIndex\.md\b/.test(text)) await writeFile(join(out, file), text.replace(/\bIndex\.md\b/g, 'Index-class.md'));
  }
}

/** The page that leads to the entry points. */
function indexOf(modules) {
  const rows = Object.entries(modules).map(([name, [, purpose]]) => {
    const specifier = name === 'remote-record' ? name : `remote-record/${name}`;
    return `| [\`${specifier}\`](${name}/index.md) | ${purpose} |`;
  });
  return `# Reference\n\nWhat each entry point of the package offers.\n\n| import from | for |\n|---|---|\n${rows.join('\n')}\n`;
}
