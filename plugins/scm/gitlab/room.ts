import type { PullRequestFact } from '../../../src/domain/session/facts.ts';
import { notFound, type PluginError } from '../../../src/slots/errors.ts';
import type { PluginContext, ProjectInfo } from '../../../src/slots/plugin.ts';
import { createConflictingFiles } from '../../shared/forge/conflicts.ts';
import { type ProjectClone, projectClone } from '../../shared/forge/project-clone.ts';
import type { Purpose } from '../../shared/forge-http/governor.ts';
import { numberOf } from '../../shared/gitlab/address.ts';
import { badReference, type GitLabClient } from '../../shared/gitlab/client.ts';
import { type Actions, createActions } from './actions.ts';
import { type Book, createBook } from './book.ts';
import type { CommentParts } from './comments.ts';
import { createComplete } from './complete.ts';
import { type Conversation, createConversation } from './conversation.ts';
import { notPrepared } from './diff.ts';
import { createHeads, type Heads } from './heads.ts';
import { createHunks } from './hunks.ts';
import { createKeys, numberOfKey } from './key.ts';
import type { Entry, FactOptions } from './pr-fact.ts';
import { createReader, type Reader } from './reader.ts';
import type { Core } from './schema.ts';
import { createWatch, type Watch } from './watch.ts';

/** The parts of the scm, and what they know together. */
export interface Room extends Names {
  readonly client: GitLabClient;
  readonly book: Book;
  readonly watch: Watch;
  readonly reader: Reader;
  readonly heads: Heads;
  readonly clone: ProjectClone;
  readonly actions: Actions;
  readonly conversation: Conversation;
}

/** Keys, numbers and addresses of merge requests. */
interface Names {
  /** Throws `not_found` for what is no key of this scm. */
  numberFor(pr: string): number;
  /** Right once it was awaited: nothing is in the book before that. */
  learnName(): Promise<void>;
  /** Read now, by number or by key. Throws `not_found`. */
  known(number: number, purpose: Purpose): Promise<Entry>;
  fresh(pr: string, purpose: Purpose): Promise<Entry>;
  /** Throws `transient` while GitLab prepares it. */
  factOf(entry: Entry): PullRequestFact;
  keyOfKnown(number: number): string | null;
  resolve(reference: string): Promise<string>;
}

export interface RoomParts {
  readonly client: GitLabClient;
  readonly pollMs: number;
  readonly context: PluginContext;
  readonly project: ProjectInfo;
}

/** Of a comment without a thread: that somebody dealt with it. */
export const dealtWith = (note: string): string => `dealt-with:${note}`;

export function openRoom({ client, pollMs, context, project }: RoomParts): Room {
  const { clock, kv } = context;
  const clone = projectClone(project, context);
  const heads = createHeads(client, clone, clock);
  const keys = createKeys(kv);
  let own = { name: '', mergeTrains: false };
  const keyOf = (core: Core): string => keys.of(core, heads.isForeign(core), own.name);
  const book = createBook(clock, (core): FactOptions => {
    const push = heads.pushTarget(core);
    return {
      key: keyOf(core),
      foreign: heads.isForeign(core),
      readOnly: push.type === 'none' ? push.why : null,
      mergeTrains: own.mergeTrains,
    };
  });
  const reader = createReader(client);
  const complete = createComplete({
    client,
    reader,
    book,
    heads,
    conflictingFiles: createConflictingFiles(clone),
    comments: commentParts({ client, context, project }, clone, heads),
  });
  const { governor } = client.http;
  const watch = createWatch({ reader, book, heads, complete, clock, governor, pollMs });
  const learnName = async (): Promise<void> => {
    const { id, path, mergeTrains } = await client.project();
    own = { name: keys.nameFor(id, client.names()[0] ?? path), mergeTrains };
  };
  return {
    client,
    book,
    watch,
    reader,
    heads,
    clone,
    actions: createActions({ client, heads }),
    conversation: createConversation({ client, reader }),
    learnName,
    ...namesOf({ client, book, watch, keyOf, learnName, ownName: () => own.name }),
  };
}

function commentParts(
  { client, context, project }: Omit<RoomParts, 'pollMs'>,
  clone: ProjectClone,
  heads: Heads,
): () => Promise<CommentParts> {
  const bots = new Set((project.forge?.botAuthors ?? []).map((login) => login.toLowerCase()));
  const hunks = createHunks(clone, () => heads.baseRemote());
  return async () => ({
    permissions: client.permissions,
    viewer: await client.viewer(),
    bots,
    hunks,
    dealtWith: (note) => context.kv.get(dealtWith(note)) === true,
  });
}

const gone = (pr: string): PluginError =>
  notFound(
    'AO_SCM_NO_PR',
    `There is no merge request ${pr} any more, or ao's token may not see it.`,
  );

function namesOf(parts: {
  readonly client: GitLabClient;
  readonly book: Book;
  readonly watch: Watch;
  readonly keyOf: (core: Core) => string;
  readonly learnName: () => Promise<void>;
  readonly ownName: () => string;
}): Omit<Names, 'learnName'> {
  const { client, book, keyOf } = parts;
  const numberFor = (pr: string): number => {
    const number = numberOfKey(pr);
    if (number === null) throw notFound('AO_SCM_NO_PR', `"${pr}" isn't a GitLab merge request.`);
    return number;
  };
  const known = async (number: number, purpose: Purpose): Promise<Entry> => {
    await parts.learnName();
    const entry = await parts.watch.read(number, purpose);
    if (entry === null) throw gone(`!${number}`);
    return entry;
  };
  return {
    numberFor,
    known,
    async fresh(pr, purpose) {
      const entry = await known(numberFor(pr), purpose);
      // Numbers repeat over projects; the head project in the key tells whose it is.
      if (keyOf(entry.core) !== pr) throw gone(pr);
      return entry;
    },
    factOf({ core }) {
      const fact = book.fact(core.iid);
      if (fact === null) throw notPrepared(core.iid);
      return fact;
    },
    keyOfKnown(number) {
      const entry = book.get(number);
      return entry === undefined ? null : keyOf(entry.core);
    },
    async resolve(reference) {
      await parts.learnName();
      const where = { names: [...client.names(), parts.ownName()], server: client.server };
      const number = numberOfKey(reference) ?? numberOf(reference, 'merge request', where);
      if (number === null) throw badReference(reference, 'number of a merge request');
      return keyOf((await known(number, 'read')).core);
    },
  };
}
