import type { ConfigNote } from './peers/note.ts';
import type { Config } from './schema/config.ts';
import type { SourceDocument } from './source-document.ts';

/**
 * Who writes `symlinks` expects a link. A link leads to the operator's own files, and `npm ci` at its end empties them: what ao's
 * user may write is copied. Its author should know, because a large folder takes its time.
 */
export function linkNotes(config: Config, document: SourceDocument): readonly ConfigNote[] {
  return Object.entries(config.projects).flatMap(([id, project]) => [
    ...noteOf(['projects', id, 'symlinks'], project.symlinks, document),
    ...noteOf(
      ['projects', id, 'scm', 'symlinks'],
      (project.scm as { symlinks?: unknown } | undefined)?.symlinks,
      document,
    ),
  ]);
}

function noteOf(
  path: readonly string[],
  paths: unknown,
  document: SourceDocument,
): readonly ConfigNote[] {
  if (!Array.isArray(paths) || paths.length === 0) return [];
  const message = `${paths.join(', ')}: linked only where ao's user can't write, because through a link an agent or a check (npm ci) would empty the original. Anything else is copied.`;
  const { line, keyPath } = document.error(path, message);
  return [
    {
      line,
      keyPath,
      message,
      todo: "Write copies instead. What is too large to copy comes quicker from the package manager's own store, by postCreate.",
    },
  ];
}
