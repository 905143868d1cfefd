import { createAccess } from '../../commands/access.ts';
import { projectSettings } from '../../config/project-settings.ts';
import type { Config } from '../../config/schema/config.ts';
import { subject } from '../../domain/session/ids.ts';
import { type Finding, warn } from './finding.ts';

/**
 * Rules of merging that can't be met by the people there are. Where groups give rights nobody knows how many they are, so
 * nothing is said.
 */
export function examineApprovals(config: Config): readonly Finding[] {
  const people = mergers(config);
  if (people === null) return [];
  return Object.keys(config.projects).flatMap((id) => {
    const settings = projectSettings(config, id);
    return settings.enabled ? ofProject(id, settings, people) : [];
  });
}

function ofProject(
  id: string,
  { scmPlugin, scm, merge }: ReturnType<typeof projectSettings>,
  people: number,
): readonly Finding[] {
  const area = `merges of ${id}`;
  const found: Finding[] = [];
  if (merge.approvers > people)
    found.push(
      warn(
        area,
        `merge.approvers asks for ${merge.approvers} people, and ${count(people)} may merge`,
        'Give more people a role with "merge" under access.users, or lower merge.approvers.',
      ),
    );
  if (people > 1) return found;
  if (merge.excludeRequester)
    found.push(
      warn(
        area,
        'merge.excludeRequester asks for somebody other than the person who started the work, and only one person may merge',
        'Give a second person a role with "merge" under access.users, or set merge.excludeRequester to false.',
      ),
    );
  const asks = [
    ...(merge.requireReview ? ['merge.requireReview'] : []),
    ...(merge.sensitivePaths.length > 0 ? ['merge.sensitivePaths'] : []),
  ];
  const ownLogin = scmPlugin !== 'local' && (scm as { app?: unknown }).app === undefined;
  if (ownLogin && asks.length > 0)
    found.push(
      warn(
        area,
        `${asks.join(' and ')} asks for a review, and the forge takes none from the login that opened the pull request: with one account for ao, its agents and you nobody can give it`,
        `Let ao and the agents use an account of their own (scm.app, or the token of a bot account), let a second person with write access review${merge.sensitivePaths.length > 0 ? '' : ', or set merge.requireReview to false: then Approve & merge is the review'}.`,
      ),
    );
  return found;
}

/** How many people may merge; the operator counts where nobody else is named. Null: groups may add others. */
function mergers({ access }: Config): number | null {
  const named = new Set([...Object.keys(access.users), ...Object.values(access.verbs).flat()]);
  if (Object.keys(access.groups).length > 0) return null;
  const { refusal } = createAccess(() => access);
  const may = [...named].filter(
    (id) => refusal({ subject: subject(id), name: id, via: 'http' }, 'merge') === null,
  );
  return Math.max(1, may.length);
}

const count = (people: number): string => (people === 1 ? 'one person' : `${people} people`);
