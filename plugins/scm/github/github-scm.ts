import { changedFiles as changedNames } from '../../../src/domain/merge/changed-files.ts';
import type { PullRequestFact } from '../../../src/domain/session/facts.ts';
import { keyedMutex } from '../../../src/lib/keyed-mutex.ts';
import { authFailed, notFound, rejected } from '../../../src/slots/errors.ts';
import type { PluginContext, ProjectInfo } from '../../../src/slots/plugin.ts';
import type { ScmPlugin } from '../../../src/slots/scm.ts';
import { createConflictingFiles } from '../../shared/forge/conflicts.ts';
import { createDeliveries } from '../../shared/forge/deliveries.ts';
import {
  changedFiles,
  filesOf,
  patchBetween,
  projectClone,
} from '../../shared/forge/project-clone.ts';
import { quotaOf } from '../../shared/forge/quota.ts';
import type { Purpose } from '../../shared/forge-http/governor.ts';
import { badReference, type GitHubClient } from '../../shared/github/client.ts';
import { createPermissions } from '../../shared/github/permissions.ts';
import { numberOf, webHost } from '../../shared/github/reference.ts';
import { createActions } from './actions.ts';
import { createBook } from './book.ts';
import type { GitHubScmConfig } from './config.ts';
import { createCheckDetails } from './details.ts';
import { doctor } from './doctor.ts';
import { createHeads } from './heads.ts';
import { createKeys, numberOfKey } from './key.ts';
import { mergePullRequest } from './merge.ts';
import { openPullRequest } from './open-pull-request.ts';
import { createPinnedAutoMerges } from './pinned-auto-merges.ts';
import { refuseUnpushedPointers } from './pointers.ts';
import { createReader } from './reader.ts';
import { createRequiredChecks } from './required-checks.ts';
import type { Authors } from './review-comments.ts';
import type { Core } from './schema.ts';
import { moveStacked } from './stacked.ts';
import { createWatch } from './watch.ts';
import { type Delivery, readDelivery } from './webhook.ts';

/** Name the repository got and people were told of. */
const MOVED = 'moved-to';
/** What is known is taken for current so long, ms. */
const JUST_READ = 5_000;

/** Pull requests, checks, reviews and merges at GitHub. */
export function createGitHubScm(
  client: GitHubClient,
  config: GitHubScmConfig,
  context: PluginContext,
  project: ProjectInfo,
): ScmPlugin {
  const { clock } = context;
  const secret = project.forge?.webhookSecret ?? null;
  const permissions = createPermissions(client, clock);
  const bots = new Set((project.forge?.botAuthors ?? []).map((login) => login.toLowerCase()));
  const authors = async (): Promise<Authors> => {
    const viewer = await client.viewer();
    return { permissions, viewer, viewerIsApp: viewer.endsWith('[bot]'), bots };
  };
  const reader = createReader(client, clock);
  const clone = projectClone(project, context);
  const heads = createHeads({ client, clone, clock });
  const keys = createKeys(context.kv);
  /** Right once the repository was read; nothing is in the book before that. */
  let ownName = '';
  const keyOf = (core: Core): string => keys.of(core, ownName);
  const book = createBook(clock, (core) => {
    const push = heads.pushTarget(core);
    return {
      key: keyOf(core),
      readOnly: push.type === 'none' ? push.why : null,
      autoMerge: config.nativeAutoMerge,
    };
  });
  const watch = createWatch({
    client,
    reader,
    book,
    clock,
    authors,
    heads,
    required: createRequiredChecks(client, reader, clock),
    conflictingFiles: createConflictingFiles(clone),
    pollMs: config.pollMs,
  });
  const details = createCheckDetails(client, reader);
  const actions = createActions(client, reader, heads, () => clock.now());
  const pinned = createPinnedAutoMerges({ kv: context.kv, book, client });
  const deliveries = createDeliveries(context.kv, clock);
  const lanes = keyedMutex();
  const listeners = new Set<(pr: string | null) => void>();
  const changed = (pr: string | null): void => {
    for (const listener of listeners) listener(pr);
  };

  const numberFor = (pr: string): number => {
    const number = numberOfKey(pr);
    if (number === null) throw notFound('AO_SCM_NO_PR', `"${pr}" isn't a GitHub pull request.`);
    return number;
  };
  const gone = (pr: string) =>
    notFound(
      'AO_SCM_NO_PR',
      `There is no pull request ${pr} any more, or ao's token may not see it.`,
    );

  const learnName = async (): Promise<void> => {
    ownName = keys.nameFor((await client.repository()).nodeId, await client.name());
  };
  const fresh = async (pr: string, purpose: Purpose = 'read'): Promise<Core> => {
    await learnName();
    const entry = await watch.read(numberFor(pr), purpose);
    // Numbers repeat over repositories; the head repository in the key tells whose it is.
    if (entry === null || keyOf(entry.core) !== pr) throw gone(pr);
    return entry.core;
  };
  const factOf = (number: number): PullRequestFact => {
    const fact = book.fact(number);
    if (fact === null) throw gone(`#${number}`);
    return fact;
  };
  /** One thing at a time per pull request; whoever watches looks again after it. */
  const acting = <T>(pr: string, work: () => Promise<T>): Promise<T> =>
    lanes(pr, async () => {
      const result = await work();
      watch.touch({ numbers: [numberFor(pr)] });
      changed(pr);
      return result;
    });

  /** By the id where the delivery has one: names are given away. One that is new to us says that the repository was renamed. */
  const isOurs = async ({ repository, repositoryId }: Delivery): Promise<boolean> => {
    if (repository === null) return true;
    const { nodeId } = await client.repository();
    await learnName();
    const named = client.names().some((name) => name.toLowerCase() === repository);
    const ours = repositoryId === null ? named : repositoryId === nodeId;
    if (ours && !named) client.doubtName();
    return ours;
  };

  return {
    capabilities: {
      create: true,
      review: false,
      rerun: true,
      updateBranch: true,
      webhooks: secret !== null,
      signatureHeader: 'x-hub-signature-256',
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
    pullRequests: (targets) =>
      lanes('look', async () => {
        await learnName();
        const facts = await watch.look(targets);
        await pinned.keep();
        return facts;
      }),
    nextLook: () => watch.nextLook(),
    async read(pr) {
      await fresh(pr);
      return factOf(numberFor(pr));
    },
    async resolve(reference) {
      await learnName();
      const number =
        numberOfKey(reference) ??
        numberOf(reference, [...client.names(), ownName], webHost(config.baseUrl));
      if (number === null) throw badReference(reference, 'pull request');
      const entry = await watch.read(number, 'read');
      if (entry === null) throw gone(`#${number}`);
      return keyOf(entry.core);
    },
    head: async (pr) => heads.headOf(await fresh(pr)),
    moved() {
      const [from, to] = client.names();
      if (
        from === undefined ||
        to === undefined ||
        from.toLowerCase() === to.toLowerCase() ||
        context.kv.get(MOVED) === to
      )
        return null;
      return { from, to, told: () => context.kv.set(MOVED, to) };
    },
    async details(pr, sha) {
      const known = book.get(numberFor(pr));
      // Asked right after the look that saw the failure: nothing is read twice.
      if (known?.core.headRefOid !== sha || clock.now() - known.at > JUST_READ)
        await fresh(pr, 'details');
      const checks = await details.failing(numberFor(pr), sha, JUST_READ);
      const fact = factOf(numberFor(pr));
      return { checks: checks ?? fact.checks.checks, comments: fact.review.comments };
    },
    checkLog: (_pr, ref) => details.log(ref),
    create: (input) =>
      lanes(`create ${input.branch}`, async () => {
        await learnName();
        const number = await openPullRequest(client, reader, heads, input);
        await watch.read(number, 'write');
        const fact = factOf(number);
        watch.touch({ numbers: [number], branch: input.branch });
        changed(fact.key);
        return fact;
      }),
    merge: (pr, input) =>
      acting(pr, async () => {
        const core = await fresh(pr, 'merge');
        if (core.state === 'OPEN' && core.headRefOid === input.sha)
          await refuseUnpushedPointers(clone, heads, core, context.dataDir);
        return mergePullRequest(
          {
            client,
            logger: context.logger,
            nativeAutoMerge: config.nativeAutoMerge,
            autoMerges: pinned.pin,
            now: () => clock.now(),
          },
          core,
          input,
        );
      }),
    deleteBranch: (pr) => lanes(pr, async () => actions.deleteBranch(await fresh(pr, 'write'))),
    moveStacked: (pr) =>
      lanes(pr, async () => {
        const stack = await moveStacked(client, await fresh(pr, 'write'));
        watch.touch({ numbers: stack.moved });
        return stack;
      }),
    markReady: (pr, sha) =>
      acting(pr, async () => actions.markReady(await fresh(pr, 'write'), sha)),
    askAgain: (pr, input) => acting(pr, () => actions.askAgain(numberFor(pr), input)),
    changes: async (pr, from, to) => {
      const core = book.get(numberFor(pr))?.core ?? (await fresh(pr));
      return patchBetween(clone, { from, to, ...heads.refOf(core) });
    },
    rerun: (pr, sha) => acting(pr, async () => actions.rerun(await fresh(pr, 'write'), sha)),
    updateBranch: (pr, sha) =>
      acting(pr, async () => actions.updateBranch(await fresh(pr, 'write'), sha)),
    async review() {
      throw rejected(
        'AO_UNSUPPORTED',
        'Reviews of GitHub pull requests are written at GitHub, by the person whose review it is.',
      );
    },
    comment: (pr, input) => acting(pr, () => actions.comment(numberFor(pr), input)),
    resolveThread: (pr, thread) =>
      acting(pr, async () => {
        const known =
          (book.get(numberFor(pr)) ?? (await watch.read(numberFor(pr), 'write')))?.talk?.comments ??
          [];
        return known.some((comment) => comment.id === thread && comment.threadId === null)
          ? actions.minimize(thread)
          : actions.resolveThread(thread);
      }),
    async changedFiles(pr, from, to) {
      const core = book.get(numberFor(pr))?.core ?? (await fresh(pr));
      return changedFiles(clone, { from, to, ...heads.refOf(core) });
    },
    close: (pr) => acting(pr, () => actions.close(numberFor(pr))),
    async diff(pr, sha) {
      const before = await fresh(pr);
      const patch = await actions.diff(numberFor(pr));
      // GitHub gives the diff of the head it has: that must be the one that was asked for, before and after.
      const after = await fresh(pr);
      const other = [before, after].find((core) => core.headRefOid !== sha);
      if (other !== undefined)
        throw rejected(
          'AO_SCM_HEAD_MOVED',
          `This was for ${sha.slice(0, 7)}, but the head of #${other.number} is ${other.headRefOid.slice(0, 7)}. Look at the new state first, then try again.`,
        );
      const { remote, ref } = heads.refOf(after);
      const files = await filesOf(clone, {
        base: { sha: after.baseRefOid, ref: `refs/heads/${after.baseRefName}` },
        head: { sha, ref },
        remote,
      });
      return { patch, files: files ?? namesOf(patch) };
    },
    permission: (login) => permissions.live(login),
    codeOwners: async (pr) => actions.codeOwners(await fresh(pr, 'merge')),
    async quota() {
      // Asked once; a login that is refused is told instead of an empty table.
      return quotaOf(client.governor, `${await client.viewer()} at ${webHost(config.baseUrl)}`);
    },
    async webhook(request) {
      if (secret === null)
        throw authFailed(
          'AO_WEBHOOK_NO_SECRET',
          'No secret is configured for webhooks of this project. Set scm.webhook.secret.',
        );
      const delivery = await readDelivery(request, secret);
      if (!(await isOurs(delivery))) return { delivery: delivery.id, event: delivery.event };
      watch.heard(delivery.event);
      if (!deliveries.isNew(delivery.id) || delivery.idle)
        return { delivery: delivery.id, event: delivery.event };
      watch.touch(delivery);
      const known = [...book.all()].find(({ core }) => delivery.numbers.includes(core.number));
      changed(known === undefined ? null : keyOf(known.core));
      return { delivery: delivery.id, event: delivery.event };
    },
    async doctor() {
      return doctor(client, secret);
    },
  };
}

/** Where the clone can't have the commits: as GitHub names them in its own diff. */
function namesOf(patch: string): readonly string[] | null {
  const names = changedNames(patch);
  return names === null || (names.size === 0 && patch.trim() !== '') ? null : [...names];
}
