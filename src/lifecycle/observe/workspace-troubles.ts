import type { WorkspaceTrouble } from '../../domain/session/facts.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import { MOST_TROUBLES, troubleId } from '../../domain/text/workspace-trouble.ts';
import type { KeyValue, Logger } from '../../slots/plugin.ts';
import type { WorkspaceTroubles } from '../../slots/workspace.ts';
import type { Dispatch } from '../dispatch.ts';
import type { Plugins } from '../plugins.ts';

export interface TroubleParts {
  readonly plugins: Plugins;
  readonly dispatch: Dispatch;
  readonly logger: Logger;
  /** By project: ids of the repository's troubles that were told and are still there. */
  readonly told: KeyValue;
}

/**
 * Notices what an agent did to a workspace or to the repository that ao's git doesn't obey. What is in a workspace is told in its
 * session; what is in the repository is the state of all its sessions and told in one of them, once as long as it is there.
 */
export async function lookForTroubles(parts: TroubleParts): Promise<void> {
  const byProject = Map.groupBy(
    parts.dispatch.live().filter(({ session }) => session.workspace?.state === 'present'),
    ({ session }) => session.project,
  );
  for (const [project, sessions] of byProject) {
    const found = await lookAt(parts, project, sessions);
    if (found !== null) take(parts, project, sessions, found);
  }
}

/** Each plugin is asked about what it made. Null: nothing is known of it now. */
async function lookAt(
  { plugins, logger }: TroubleParts,
  project: string,
  sessions: readonly Snapshot[],
): Promise<WorkspaceTroubles | null> {
  try {
    const { repo } = plugins.project(project);
    const byPlugin = Map.groupBy(sessions, ({ session }) => plugins.workspace(session));
    const found = await Promise.all(
      [...byPlugin].map(([plugin, its]) => plugin.troubles?.(repo, its.map(pathOf))),
    );
    const all = found.filter((one) => one !== undefined);
    return all.length === 0
      ? null
      : {
          own: new Map(all.flatMap(({ own }) => [...own])),
          shared: new Map(all.flatMap(({ shared }) => shared.map((one) => [troubleId(one), one])))
            .values()
            .toArray(),
        };
  } catch (error) {
    logger.warn({ project, err: error }, 'the workspaces of a project could not be looked at');
    return null;
  }
}

const pathOf = ({ session }: Snapshot): string => session.workspace?.path ?? '';

function take(
  { dispatch, told }: TroubleParts,
  project: string,
  sessions: readonly Snapshot[],
  { own, shared }: WorkspaceTroubles,
): void {
  const ownOf = (one: Snapshot): readonly WorkspaceTrouble[] => own.get(pathOf(one)) ?? [];
  const ids = new Set(shared.map(troubleId));
  const isShared = (id: string): boolean => ids.has(id);
  const before = stringsOf(told.get(project));
  const known = new Set(
    [...before, ...sessions.flatMap(({ facts }) => facts.workspaceTrouble?.told ?? [])].filter(
      isShared,
    ),
  );
  // The session whose own files it is about tells it.
  const order = sessions.toSorted((a, b) => ownOf(b).length - ownOf(a).length);
  for (const { session } of order) {
    const now = dispatch.snapshot(session.id);
    if (now === null || now.session.ended !== null) continue;
    const mine = ownOf(now);
    const rest = shared.filter((one) => !mine.some((its) => troubleId(its) === troubleId(one)));
    const troubles = [...mine, ...rest].slice(0, MOST_TROUBLES);
    if (!isSame(now.facts.workspaceTrouble?.present ?? [], troubles))
      dispatch.input(session.id, {
        type: 'fact',
        fact: { type: 'workspace_trouble', troubles, told: [...known] },
      });
    for (const id of ids) known.add(id);
  }
  const kept = [...known].sort();
  if (kept.join('\0') !== before.join('\0')) told.set(project, kept);
}

const isSame = (a: readonly WorkspaceTrouble[], b: readonly WorkspaceTrouble[]): boolean =>
  a.map(troubleId).join('\0') === b.map(troubleId).join('\0');

const stringsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
