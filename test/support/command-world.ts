import type { AccessConfig } from '../../src/commands/access.ts';
import { createAccess } from '../../src/commands/access.ts';
import { createAgentForge } from '../../src/commands/agent-forge.ts';
import type { Commands } from '../../src/commands/commands.ts';
import { createCommands } from '../../src/commands/create-commands.ts';
import type { CommandParts } from '../../src/commands/parts.ts';
import { createReader, type Reader } from '../../src/commands/reader.ts';
import { appendAudit, readAudit } from '../../src/db/audit-store.ts';
import { kvStore } from '../../src/db/kv-store.ts';
import { raiseNumber } from '../../src/db/sequence.ts';
import type { AuditEntry, AuditRow } from '../../src/domain/session/audit.ts';
import type { PullRequestFact } from '../../src/domain/session/facts.ts';
import { type Actor, subject } from '../../src/domain/session/ids.ts';
import type { ProjectPolicy } from '../../src/domain/session/policy.ts';
import { zoneDays } from '../../src/lib/zone-days.ts';
import { createAdmission } from '../../src/lifecycle/admission.ts';
import { createBudgets } from '../../src/lifecycle/observe/budgets.ts';
import type { Project } from '../../src/lifecycle/plugins.ts';
import type { AgentPlugin } from '../../src/slots/agent.ts';
import type { WorkspacePlugin, WorkspaceState } from '../../src/slots/workspace.ts';
import { createFakeScm, type FakeScm } from '../fakes/fake-scm.ts';
import { createFakeTracker, type FakeTracker } from '../fakes/fake-tracker.ts';
import { type LifecycleWorld, lifecycleWorld, sessionId } from './lifecycle-world.ts';
import { DANA, policyWith, question } from './session-world.ts';

export const APP: Project = {
  id: 'app',
  name: 'App',
  repo: '/repo',
  defaultBranch: 'main',
  prefix: 'app',
  agent: 'fake',
  model: null,
  permissions: null,
  agentArgs: [],
  agentEnv: {},
  rules: { text: '', replaceSteps: false },
  orchestrator: { agent: null, model: null, rules: '' },
  copies: [],
  symlinks: [],
  postCreate: [],
  postCreateTimeoutMs: 1_000,
  branchNamespace: 'feat',
  maxSessions: null,
  enabled: true,
};

export interface CommandWorld {
  readonly lifecycle: LifecycleWorld;
  readonly commands: Commands;
  readonly reader: Reader;
  readonly access: ReturnType<typeof createAccess>;
  readonly scm: FakeScm;
  readonly tracker: FakeTracker;
  /** Asked at every question. */
  accessConfig: () => AccessConfig;
  /** What the workspace of every session is said to be. */
  worktree: WorkspaceState;
  merge: Partial<ProjectPolicy['merge']>;
  /** `projects.app.owners` */
  owners: readonly string[];
  forge: string | null;
  audit(entry: Omit<AuditEntry, 'at'>): void;
  rows(): readonly AuditRow[];
  /** The pull request of app-1 as the scm has it now is what ao knows. */
  look(): Promise<PullRequestFact>;
}

export const person = (id: string, groups: readonly string[] = []): Actor => ({
  subject: subject(id),
  name: id.split(':').at(-1) ?? id,
  via: id.startsWith('agent:')
    ? 'agent'
    : id.startsWith('slack:')
      ? 'slack'
      : id.startsWith('discord:')
        ? 'discord'
        : 'web',
  groups,
});

export const NOBODY: AccessConfig = { roles: {}, users: {}, groups: {}, verbs: {} };

const both = (parts: CommandParts): Pick<CommandWorld, 'commands' | 'reader'> => ({
  commands: createCommands(parts),
  reader: createReader(parts),
});

/** The use cases over a real database, with app-1 at work on #42 and a pull request that can be merged. Started by Dana. */
export async function commandWorld(
  change: {
    merge?: Partial<ProjectPolicy['merge']>;
    access?: Partial<AccessConfig>;
    files?: Readonly<Record<string, string>>;
    project?: Partial<Project>;
    agents?: readonly string[];
  } = {},
): Promise<CommandWorld> {
  const state = { merge: change.merge ?? {} };
  const policyOf = (): ProjectPolicy => policyWith({ merge: state.merge });
  const lifecycle = lifecycleWorld({ policyOf });
  const { clock, db, dispatch } = lifecycle;
  const scm = createFakeScm(() => clock.now());
  const tracker = createFakeTracker(() => clock.now());
  for (const title of ['First', 'Second']) await tracker.create({ title, body: '', labels: [] });
  const app: Project = { ...APP, ...change.project };
  const workspace = {
    list: async () => [],
    snapshots: async () => [],
    checkRepository: async () => ({ defaultBranch: 'main', warnings: [] }),
    state: async () => world.worktree,
    diff: async () => ({ stat: '', patch: '', additions: 0, deletions: 0, files: 0 }),
  } as unknown as WorkspacePlugin;
  const plugins = {
    ...lifecycle.plugins,
    project: () => app,
    projects: () => [app],
    scm: () => scm,
    tracker: () => tracker,
    agent: () =>
      ({
        permissionModes: ['default', 'plan', 'auto-edit', 'permissionless'],
        detect: async () => ({ found: true, findings: [] }),
      }) as unknown as AgentPlugin,
    workspace: () => workspace,
    workspaceFor: () => workspace,
    workspaces: () => [workspace],
  };
  const access = createAccess(() => world.accessConfig());
  const audit = (entry: Omit<AuditEntry, 'at'>): void =>
    appendAudit(db, { ...entry, at: clock.now() });
  const look = async (): Promise<PullRequestFact> => {
    const fact = await scm.read('fake:app#1');
    dispatch.input(sessionId('app-1'), { type: 'fact', fact: { type: 'pull_request', fact } });
    return fact;
  };
  let ids = 0;
  const world: CommandWorld = {
    lifecycle,
    access,
    scm,
    tracker,
    accessConfig: () => ({ ...NOBODY, ...change.access }),
    worktree: { exists: true, dirty: false, headSha: null, ahead: 0 },
    get merge() {
      return state.merge;
    },
    set merge(merge) {
      state.merge = merge;
    },
    owners: [],
    forge: 'github',
    audit,
    rows: () => readAudit(db, { limit: 10_000 }),
    look,
    ...both({
      db,
      days: () => zoneDays('UTC'),
      monthBudget: () => null,
      clock,
      dispatch,
      plugins,
      access,
      policyOf,
      admission: createAdmission({
        db: lifecycle.db,
        dispatch,
        clock,
        limits: () => ({ maxSessions: 10, perProject: {} }),
      }),
      budgets: createBudgets({
        db,
        dispatch,
        clock,
        days: () => zoneDays('UTC'),
        common: () => ({}),
        own: () => ({}),
        isKept: () => true,
        raises: kvStore(db, 'budget-raises'),
        onRoom: () => {},
      }),
      agentForge: createAgentForge({ kv: kvStore(db, 'gh-use'), clock }),
      audit,
      forgeOf: () => world.forge,
      ownersOf: () => world.owners,
      lookAtPullRequests: async () => void (await look()),
      channelProject: () => null,
      newId() {
        ids += 1;
        return `id-${ids}`;
      },
      redact: (text) => text,
      agentNames: change.agents ?? ['fake'],
      person: (id) => ({ subject: subject(id), name: id, via: 'web' }),
      plainActor: ({ subject: id, name, via }) => ({ subject: id, name, via }),
    }),
  };
  await lifecycle.working('app-1');
  raiseNumber(db, 'app', 1);
  scm.push('feat/42', change.files ?? { 'src/a.ts': '1' });
  const { key } = await scm.create({
    session: 'app-1',
    branch: 'feat/42',
    base: 'main',
    title: 'Make it faster',
    body: '',
    draft: false,
  });
  scm.setChecks(key, { unit: 'success' });
  await scm.review(key, {
    decision: 'approve',
    text: '',
    by: DANA,
    file: null,
    line: null,
    key: 'r1',
  });
  await look();
  dispatch.input(sessionId('app-1'), {
    type: 'fact',
    fact: { type: 'request_opened', request: { ...question('q1'), kind: 'permission' } },
  });
  return world;
}
