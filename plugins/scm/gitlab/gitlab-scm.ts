import { keyedMutex } from '../../../src/lib/keyed-mutex.ts';
import { authFailed, rejected } from '../../../src/slots/errors.ts';
import type { PluginContext, ProjectInfo } from '../../../src/slots/plugin.ts';
import type { ScmPlugin } from '../../../src/slots/scm.ts';
import { createDeliveries } from '../../shared/forge/deliveries.ts';
import { changedFiles, patchBetween } from '../../shared/forge/project-clone.ts';
import { quotaOf } from '../../shared/forge/quota.ts';
import type { Purpose } from '../../shared/forge-http/governor.ts';
import type { GitLabClient } from '../../shared/gitlab/client.ts';
import type { GitLabScmConfig } from './config.ts';
import { createDetails } from './details.ts';
import { diffOf } from './diff.ts';
import { doctor } from './doctor.ts';
import { mergeMergeRequest } from './merge.ts';
import { openMergeRequest } from './open-merge-request.ts';
import { dealtWith, openRoom, type Room } from './room.ts';
import type { Core } from './schema.ts';
import { readDelivery } from './webhook.ts';

/** Path the project got and people were told of. */
const MOVED = 'moved-to';

/** One thing at a time for each key, and who watches is told after it. */
interface Turns {
  readonly lane: <T>(key: string, work: () => Promise<T>) => Promise<T>;
  readonly changed: (pr: string | null) => void;
}

/** Merge requests, pipelines, reviews and merges at GitLab. */
export function createGitLabScm(
  client: GitLabClient,
  { pollMs }: GitLabScmConfig,
  context: PluginContext,
  project: ProjectInfo,
): ScmPlugin {
  const secret = project.forge?.webhookSecret ?? null;
  const room = openRoom({ client, pollMs, context, project });
  const listeners = new Set<(pr: string | null) => void>();
  const turns: Turns = {
    lane: keyedMutex(),
    changed(pr) {
      for (const listener of listeners) listener(pr);
    },
  };
  return {
    capabilities: {
      create: true,
      review: false,
      rerun: true,
      updateBranch: true,
      webhooks: secret !== null,
      signatureHeader:
        secret?.startsWith('whsec_') === true ? 'webhook-signature' : 'x-gitlab-token',
      remoteBranches: true,
    },
    async start() {},
    async stop() {
      listeners.clear();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ...looking(room, turns, context),
    ...changing(room, turns, context),
    webhook: receiving(room, turns, { context, secret }),
    doctor: () => doctor(client, secret, context.clock.now()),
  };
}

type Looking =
  | 'pullRequests'
  | 'nextLook'
  | 'read'
  | 'resolve'
  | 'head'
  | 'moved'
  | 'details'
  | 'checkLog'
  | 'changedFiles'
  | 'changes'
  | 'diff'
  | 'permission'
  | 'codeOwners'
  | 'quota';

const coreOf = async (room: Room, pr: string, purpose: Purpose): Promise<Core> =>
  (await room.fresh(pr, purpose)).core;

function looking(room: Room, { lane }: Turns, { kv }: PluginContext): Pick<ScmPlugin, Looking> {
  const { client, book, heads, clone, watch } = room;
  const details = createDetails(client);
  const between = async (pr: string, from: string, to: string) => ({
    from,
    to,
    ...heads.refOf(book.get(room.numberFor(pr))?.core ?? (await coreOf(room, pr, 'read'))),
  });
  return {
    pullRequests: (targets) =>
      lane('look', async () => {
        await room.learnName();
        return watch.look(targets);
      }),
    nextLook: () => watch.nextLook(),
    read: async (pr) => room.factOf(await room.fresh(pr, 'read')),
    resolve: (reference) => room.resolve(reference),
    async head(pr) {
      const core = await coreOf(room, pr, 'read');
      return heads.headOf(core, core.diffHeadSha ?? '');
    },
    moved() {
      const [from, ...later] = client.names();
      const to = later.at(-1);
      if (from === undefined || to === undefined || kv.get(MOVED) === to) return null;
      return { from, to, told: () => kv.set(MOVED, to) };
    },
    async details(pr, sha) {
      const known = book.get(room.numberFor(pr));
      const entry = known?.core.diffHeadSha === sha ? known : await room.fresh(pr, 'details');
      const fact = room.factOf(entry);
      const list = entry.core.diffHeadSha === sha ? entry.list : null;
      const checks = list === null ? fact.checks.checks : await details.withExcerpts(list);
      return { checks, comments: fact.review.comments };
    },
    checkLog: (_pr, ref) => details.log(ref),
    changedFiles: async (pr, from, to) => changedFiles(clone, await between(pr, from, to)),
    changes: async (pr, from, to) => patchBetween(clone, await between(pr, from, to)),
    diff: (pr, sha) =>
      diffOf(
        { clone, heads, read: () => coreOf(room, pr, 'read'), raw: room.actions.rawDiff },
        sha,
      ),
    permission: (login) => client.permissions.live(login),
    codeOwners: async (pr) => room.actions.codeOwners(await coreOf(room, pr, 'merge')),
    // Asked once; a login that is refused is told instead of an empty table.
    quota: async () =>
      quotaOf(client.http.governor, `${(await client.viewer()).username} at ${client.server.host}`),
  };
}

type Changing =
  | 'create'
  | 'merge'
  | 'deleteBranch'
  | 'moveStacked'
  | 'markReady'
  | 'askAgain'
  | 'rerun'
  | 'updateBranch'
  | 'review'
  | 'comment'
  | 'resolveThread'
  | 'close';

function changing(
  room: Room,
  { lane, changed }: Turns,
  { kv }: PluginContext,
): Pick<ScmPlugin, Changing> {
  const { client, book, heads, reader, actions, conversation } = room;
  const core = (pr: string): Promise<Core> => coreOf(room, pr, 'write');
  const acting = <T>(pr: string, work: () => Promise<T>): Promise<T> =>
    lane(pr, async () => {
      const result = await work();
      changed(pr);
      return result;
    });
  return {
    create: (input) =>
      lane(`create ${input.branch}`, async () => {
        await room.learnName();
        const number = await openMergeRequest({ client, reader, heads }, input);
        const fact = room.factOf(await room.known(number, 'write'));
        changed(fact.key);
        return fact;
      }),
    merge: (pr, input) =>
      acting(pr, async () =>
        mergeMergeRequest(client, await room.fresh(pr, 'merge'), input, () =>
          coreOf(room, pr, 'merge'),
        ),
      ),
    deleteBranch: (pr) => lane(pr, async () => actions.deleteBranch(await core(pr))),
    moveStacked: (pr) => lane(pr, async () => actions.moveStacked(await core(pr))),
    markReady: (pr, sha) => acting(pr, async () => actions.markReady(await core(pr), sha)),
    askAgain: (pr, input) => acting(pr, async () => conversation.askAgain(await core(pr), input)),
    rerun: (pr, sha) => acting(pr, async () => actions.rerun(await core(pr), sha)),
    updateBranch: (pr, sha) => acting(pr, async () => actions.updateBranch(await core(pr), sha)),
    async review() {
      throw rejected(
        'AO_UNSUPPORTED',
        'Reviews of GitLab merge requests are written at GitLab, by the person whose review it is.',
      );
    },
    comment: (pr, input) => acting(pr, () => conversation.comment(room.numberFor(pr), input)),
    resolveThread: (pr, thread) =>
      acting(pr, async () => {
        const entry = book.get(room.numberFor(pr)) ?? (await room.fresh(pr, 'write'));
        const alone = entry.comments?.some((one) => one.id === thread && one.threadId === null);
        // GitLab resolves threads only: of a plain comment ao itself keeps that it was dealt with.
        if (alone !== true) return conversation.resolveThread(room.numberFor(pr), thread);
        kv.set(dealtWith(thread), true);
        book.add(room.numberFor(pr), { review: null });
      }),
    close: (pr) => acting(pr, async () => actions.close(await core(pr))),
  };
}

function receiving(
  { client, watch, book, keyOfKnown, learnName }: Room,
  { changed }: Turns,
  { context, secret }: { readonly context: PluginContext; readonly secret: string | null },
): ScmPlugin['webhook'] {
  const deliveries = createDeliveries(context.kv, context.clock);
  return async (request) => {
    if (secret === null)
      throw authFailed(
        'AO_WEBHOOK_NO_SECRET',
        'No secret is configured for webhooks of this project. Set scm.webhook.secret.',
      );
    const { id, event, project, kind, number } = readDelivery(request, secret, context.clock.now());
    const taken = { delivery: id, event };
    await learnName();
    if (project !== (await client.project()).id || kind === null) return taken;
    watch.heard(kind);
    if (!deliveries.isNew(id)) return taken;
    // What it says is read, never taken for the truth.
    if (number !== null) book.add(number, { review: null });
    changed(number === null ? null : keyOfKnown(number));
    return taken;
  };
}
