import { keyedMutex } from '../../../src/lib/keyed-mutex.ts';
import { authFailed } from '../../../src/slots/errors.ts';
import type { PluginContext, ProjectInfo } from '../../../src/slots/plugin.ts';
import type { ScmPlugin, ScmQuota } from '../../../src/slots/scm.ts';
import { createConflictingFiles } from '../../shared/forge/conflicts.ts';
import { createDeliveries } from '../../shared/forge/deliveries.ts';
import { projectClone } from '../../shared/forge/project-clone.ts';
import { quotaOf } from '../../shared/forge/quota.ts';
import type { GitHubClient } from '../../shared/github/client.ts';
import { createPermissions } from '../../shared/github/permissions.ts';
import { webHost } from '../../shared/github/reference.ts';
import { createActions } from './actions.ts';
import { createBook } from './book.ts';
import { create, merge, moveStackedOn, resolveThread, review } from './carry-out.ts';
import type { GitHubScmConfig } from './config.ts';
import { createCheckDetails } from './details.ts';
import { doctor } from './doctor.ts';
import { createHeads } from './heads.ts';
import { createKeys } from './key.ts';
import {
  changedFilesOf,
  changes,
  details,
  diff,
  moved,
  onChange,
  pullRequests,
  read,
  resolve,
} from './look-up.ts';
import { createPinnedAutoMerges } from './pinned-auto-merges.ts';
import { createReader } from './reader.ts';
import { createRequiredChecks } from './required-checks.ts';
import {
  acting,
  authors,
  changed,
  fresh,
  isOurs,
  keyOf,
  numberFor,
  type ScmState,
} from './scm-state.ts';
import { createWatch } from './watch.ts';
import { readDelivery } from './webhook.ts';

/** Pull requests, checks, reviews and merges at GitHub. */
export function createGitHubScm(
  client: GitHubClient,
  config: GitHubScmConfig,
  context: PluginContext,
  project: ProjectInfo,
): ScmPlugin {
  const { clock } = context;
  const reader = createReader(client, clock);
  const clone = projectClone(project, context);
  const heads = createHeads({ client, clone, clock });
  const book = createBook(clock, (core) => {
    const push = heads.pushTarget(core);
    return {
      key: keyOf(scm, core),
      readOnly: push.type === 'none' ? push.why : null,
      autoMerge: config.nativeAutoMerge,
    };
  });
  const scm: ScmState = {
    client,
    config,
    context,
    clock,
    secret: project.forge?.webhookSecret ?? null,
    permissions: createPermissions(client, clock),
    bots: new Set((project.forge?.botAuthors ?? []).map((login) => login.toLowerCase())),
    reader,
    clone,
    heads,
    keys: createKeys(context.kv),
    ownName: '',
    book,
    watch: createWatch({
      client,
      reader,
      book,
      clock,
      authors: () => authors(scm),
      heads,
      required: createRequiredChecks(client, reader, clock),
      conflictingFiles: createConflictingFiles(clone),
      pollMs: config.pollMs,
    }),
    details: createCheckDetails(client, reader),
    actions: createActions(client, reader, heads, () => clock.now()),
    pinned: createPinnedAutoMerges({ kv: context.kv, book, client }),
    deliveries: createDeliveries(context.kv, clock),
    lanes: keyedMutex(),
    listeners: new Set<(pr: string | null) => void>(),
  };
  return {
    capabilities: {
      create: true,
      review: false,
      rerun: true,
      updateBranch: true,
      webhooks: scm.secret !== null,
      signatureHeader: 'x-hub-signature-256',
      remoteBranches: true,
    },
    async start() {},
    async stop() {
      scm.listeners.clear();
    },
    onChange: (listener) => onChange(scm, listener),
    pullRequests: (targets) => pullRequests(scm, targets),
    nextLook: () => scm.watch.nextLook(),
    read: (pr) => read(scm, pr),
    resolve: (reference) => resolve(scm, reference),
    head: async (pr) => heads.headOf(await fresh(scm, pr)),
    moved: () => moved(scm),
    details: (pr, sha) => details(scm, pr, sha),
    checkLog: (_pr, ref) => scm.details.log(ref),
    create: (input) => create(scm, input),
    merge: (pr, input) => merge(scm, pr, input),
    deleteBranch: (pr) =>
      scm.lanes(pr, async () => scm.actions.deleteBranch(await fresh(scm, pr, 'write'))),
    moveStacked: (pr) => moveStackedOn(scm, pr),
    markReady: (pr, sha) =>
      acting(scm, pr, async () => scm.actions.markReady(await fresh(scm, pr, 'write'), sha)),
    askAgain: (pr, input) => acting(scm, pr, () => scm.actions.askAgain(numberFor(pr), input)),
    changes: (pr, from, to) => changes(scm, pr, from, to),
    rerun: (pr, sha) =>
      acting(scm, pr, async () => scm.actions.rerun(await fresh(scm, pr, 'write'), sha)),
    updateBranch: (pr, sha) =>
      acting(scm, pr, async () => scm.actions.updateBranch(await fresh(scm, pr, 'write'), sha)),
    review: () => review(),
    comment: (pr, input) => acting(scm, pr, () => scm.actions.comment(numberFor(pr), input)),
    resolveThread: (pr, thread) => resolveThread(scm, pr, thread),
    changedFiles: (pr, from, to) => changedFilesOf(scm, pr, from, to),
    close: (pr) => acting(scm, pr, () => scm.actions.close(numberFor(pr))),
    diff: (pr, sha) => diff(scm, pr, sha),
    permission: (login) => scm.permissions.live(login),
    codeOwners: async (pr) => scm.actions.codeOwners(await fresh(scm, pr, 'merge')),
    quota: () => quota(scm),
    webhook: (request) => webhook(scm, request),
    async doctor() {
      return doctor(client, scm.secret);
    },
  };
}

async function quota(scm: ScmState): Promise<ScmQuota | null> {
  // Asked once; a login that is refused is told instead of an empty table.
  return quotaOf(
    scm.client.governor,
    `${await scm.client.viewer()} at ${webHost(scm.config.baseUrl)}`,
  );
}

async function webhook(
  scm: ScmState,
  request: Parameters<ScmPlugin['webhook']>[0],
): Promise<{ delivery: string; event: string }> {
  if (scm.secret === null)
    throw authFailed(
      'AO_WEBHOOK_NO_SECRET',
      'No secret is configured for webhooks of this project. Set scm.webhook.secret.',
    );
  const delivery = await readDelivery(request, scm.secret);
  if (!(await isOurs(scm, delivery))) return { delivery: delivery.id, event: delivery.event };
  scm.watch.heard(delivery.event);
  if (!scm.deliveries.isNew(delivery.id) || delivery.idle)
    return { delivery: delivery.id, event: delivery.event };
  scm.watch.touch(delivery);
  const known = [...scm.book.all()].find(({ core }) => delivery.numbers.includes(core.number));
  changed(scm, known === undefined ? null : keyOf(scm, known.core));
  return { delivery: delivery.id, event: delivery.event };
}
