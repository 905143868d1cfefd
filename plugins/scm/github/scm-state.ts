import type { PullRequestFact } from '../../../src/domain/session/facts.ts';
import type { KeyedMutex } from '../../../src/lib/keyed-mutex.ts';
import { notFound } from '../../../src/slots/errors.ts';
import type { PluginContext } from '../../../src/slots/plugin.ts';
import type { Deliveries } from '../../shared/forge/deliveries.ts';
import type { ProjectClone } from '../../shared/forge/project-clone.ts';
import type { Purpose } from '../../shared/forge-http/governor.ts';
import type { GitHubClient } from '../../shared/github/client.ts';
import type { Permissions } from '../../shared/github/permissions.ts';
import type { Actions } from './actions.ts';
import type { Book } from './book.ts';
import type { GitHubScmConfig } from './config.ts';
import type { CheckDetails } from './details.ts';
import type { Heads } from './heads.ts';
import { type Keys, numberOfKey } from './key.ts';
import type { PinnedAutoMerges } from './pinned-auto-merges.ts';
import type { Reader } from './reader.ts';
import type { Authors } from './review-comments.ts';
import type { Core } from './schema.ts';
import type { Watch } from './watch.ts';
import type { Delivery } from './webhook.ts';

export interface ScmState {
  readonly client: GitHubClient;
  readonly config: GitHubScmConfig;
  readonly context: PluginContext;
  readonly clock: PluginContext['clock'];
  readonly secret: string | null;
  readonly permissions: Permissions;
  readonly bots: Set<string>;
  readonly reader: Reader;
  readonly clone: ProjectClone;
  readonly heads: Heads;
  readonly keys: Keys;
  /** Right once the repository was read; nothing is in the book before that. */
  ownName: string;
  readonly book: Book;
  readonly watch: Watch;
  readonly details: CheckDetails;
  readonly actions: Actions;
  readonly pinned: PinnedAutoMerges;
  readonly deliveries: Deliveries;
  readonly lanes: KeyedMutex;
  readonly listeners: Set<(pr: string | null) => void>;
}

export async function authors(scm: ScmState): Promise<Authors> {
  const viewer = await scm.client.viewer();
  return {
    permissions: scm.permissions,
    viewer,
    viewerIsApp: viewer.endsWith('[bot]'),
    bots: scm.bots,
  };
}

export const keyOf = (scm: ScmState, core: Core): string => scm.keys.of(core, scm.ownName);

export function changed(scm: ScmState, pr: string | null): void {
  for (const listener of scm.listeners) listener(pr);
}

export function numberFor(pr: string): number {
  const number = numberOfKey(pr);
  if (number === null) throw notFound('AO_SCM_NO_PR', `"${pr}" isn't a GitHub pull request.`);
  return number;
}

export const gone = (pr: string) =>
  notFound(
    'AO_SCM_NO_PR',
    `There is no pull request ${pr} any more, or ao's token may not see it.`,
  );

export async function learnName(scm: ScmState): Promise<void> {
  scm.ownName = scm.keys.nameFor((await scm.client.repository()).nodeId, await scm.client.name());
}

export async function fresh(scm: ScmState, pr: string, purpose: Purpose = 'read'): Promise<Core> {
  await learnName(scm);
  const entry = await scm.watch.read(numberFor(pr), purpose);
  // Numbers repeat over repositories; the head repository in the key tells whose it is.
  if (entry === null || keyOf(scm, entry.core) !== pr) throw gone(pr);
  return entry.core;
}

export function factOf(scm: ScmState, number: number): PullRequestFact {
  const fact = scm.book.fact(number);
  if (fact === null) throw gone(`#${number}`);
  return fact;
}

/** One thing at a time per pull request; whoever watches looks again after it. */
export const acting = <T>(scm: ScmState, pr: string, work: () => Promise<T>): Promise<T> =>
  scm.lanes(pr, async () => {
    const result = await work();
    scm.watch.touch({ numbers: [numberFor(pr)] });
    changed(scm, pr);
    return result;
  });

/** By the id where the delivery has one: names are given away. One that is new to us says that the repository was renamed. */
export async function isOurs(
  scm: ScmState,
  { repository, repositoryId }: Delivery,
): Promise<boolean> {
  if (repository === null) return true;
  const { nodeId } = await scm.client.repository();
  await learnName(scm);
  const named = scm.client.names().some((name) => name.toLowerCase() === repository);
  const ours = repositoryId === null ? named : repositoryId === nodeId;
  if (ours && !named) scm.client.doubtName();
  return ours;
}
