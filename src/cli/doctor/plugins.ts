import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ownPart, partsOf } from '../../config/cross-field-rules.ts';
import { notifiersInUse } from '../../config/notification-routing.ts';
import { projectSettings } from '../../config/project-settings.ts';
import type { Config } from '../../config/schema/config.ts';
import { triggersOf } from '../../config/starters.ts';
import { MOST_LABELLED } from '../../domain/money/most-labelled.ts';
import type { PermissionMode } from '../../domain/session/session.ts';
import { systemClock } from '../../lib/clock.ts';
import type { AgentPlugin } from '../../slots/agent.ts';
import { NO_INBOX } from '../../slots/inbox.ts';
import type { NotifierPlugin } from '../../slots/notifier.ts';
import {
  buildPlugin,
  type DoctorFinding,
  type KeyValue,
  type PluginContext,
  type PluginDefinition,
  type ProjectInfo,
  type SlotName,
  type SlotPlugins,
} from '../../slots/plugin.ts';
import type { TrackerPlugin } from '../../slots/tracker.ts';
import type { WorkspacePlugin } from '../../slots/workspace.ts';
import type { Environment } from '../data-dir.ts';
import { examineApprovals } from './approvals.ts';
import { bad, type Finding, good, warn } from './finding.ts';
import { examineSandboxes, type OwnSandboxes } from './unsandboxed.ts';

interface Subject {
  readonly plugins: readonly PluginDefinition[];
  readonly config: Config;
  readonly env: Environment;
  now(): number;
}

interface Instance {
  readonly area: string;
  readonly definition: PluginDefinition;
  readonly part: Readonly<Record<string, unknown>>;
  readonly project: ProjectInfo | null;
}

/** A plugin that hangs must not hang the doctor, ms. */
const PATIENCE = 15_000;

/** What the plugins in use say of themselves, and which agents are installed. */
export async function examinePlugins(subject: Subject): Promise<readonly Finding[]> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'ao-doctor-'));
  try {
    const findings = await Promise.all(
      instances(subject).map((instance) => examineInstance(instance, subject, scratch)),
    );
    const found = findings.flatMap((each) => each.findings);
    found.push(...examineApprovals(subject.config));
    found.push(...examineSandboxes(subject.config, sandboxesOf(subject.config, findings)));
    const agents = findings.filter((each) => each.agentFound !== null);
    if (agents.length > 0 && agents.every((each) => !each.agentFound))
      found.push(
        warn(
          'agents',
          'no coding agent is installed',
          'Install one, e.g. Claude Code: npm install -g @anthropic-ai/claude-code',
        ),
      );
    return found;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

type Examined = Awaited<ReturnType<typeof examineInstance>>;

/** By the names that the configuration gives the agents; what can't be examined has none. */
function sandboxesOf(config: Config, examined: readonly Examined[]): OwnSandboxes {
  const byPlugin = new Map(examined.flatMap(({ sandbox }) => (sandbox === null ? [] : [sandbox])));
  const own = Object.entries(config.agents).map(
    ([name, { plugin = name }]) => [name, byPlugin.get(plugin) ?? []] as const,
  );
  return new Map([...byPlugin, ...own]);
}

/** Agents, all of them, and of the other slots what the configuration uses. */
function instances({ plugins, config }: Subject): readonly Instance[] {
  const parts = partsOf(config);
  const partFor = (definition: PluginDefinition): Readonly<Record<string, unknown>> => {
    const part = parts.find(
      (each) =>
        each.slot === definition.slot &&
        each.plugin === definition.name &&
        each.path[0] !== 'projects',
    );
    return part === undefined ? {} : ownPart(part);
  };
  const used = usedNames(config);
  const notifiers = notifiersInUse(config).flatMap((name) =>
    notifierInstance(name, { plugins, config }),
  );
  const general = plugins
    .filter((plugin) => plugin.slot !== 'notifier')
    .filter((plugin) => plugin.slot === 'agent' || used.has(`${plugin.slot}/${plugin.name}`))
    .map((definition) => ({
      area: `${definition.slot} ${definition.name}`,
      definition,
      part: partFor(definition),
      project: null,
    }));
  const perProject = parts.flatMap((part) => {
    const id = part.path[0] === 'projects' ? String(part.path[1]) : null;
    const definition = plugins.find(
      (plugin) => plugin.slot === part.slot && plugin.name === part.plugin,
    );
    if (id === null || definition === undefined) return [];
    return [
      {
        area: `${part.slot} of ${id}`,
        definition,
        part: ownPart(part),
        project: projectInfo(config, id),
      },
    ];
  });
  return [...general, ...notifiers, ...perProject];
}

/** Each configured notifier by its own name: two of one plugin are two. */
function notifierInstance(
  name: string,
  { plugins, config }: Pick<Subject, 'plugins' | 'config'>,
): readonly Instance[] {
  const { plugin = name, ...part } = config.notifiers[name] ?? {};
  const definition = plugins.find(
    (candidate) => candidate.slot === 'notifier' && candidate.name === plugin,
  );
  return definition === undefined
    ? []
    : [{ area: `notifier ${name}`, definition, part, project: null }];
}

/** Sends one message through every notifier in use, as the bot would. */
export async function tryNotifiers(subject: Subject): Promise<readonly Finding[]> {
  const instances = notifiersInUse(subject.config).flatMap((name) =>
    notifierInstance(name, subject),
  );
  if (instances.length === 0)
    return [
      warn(
        'notifiers',
        'none is configured',
        'Add one under notifiers in ao.yaml, and name it in defaults.notifiers or notificationRouting.',
      ),
    ];
  const scratch = mkdtempSync(path.join(tmpdir(), 'ao-doctor-'));
  try {
    return await Promise.all(instances.map((instance) => tryNotifier(instance, subject, scratch)));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function tryNotifier(
  instance: Instance,
  { env, now }: Subject,
  scratch: string,
): Promise<Finding> {
  const { area, definition } = instance;
  try {
    const plugin = (await buildPlugin(
      definition,
      definition.config.parse(instance.part),
      contextOf(instance, env, scratch),
    )) as NotifierPlugin;
    const text = 'This is a test: ao can reach you here.';
    const message = {
      project: 'ao',
      session: null,
      title: 'Test of ao',
      text,
      next: 'Nothing needs to be done.',
      url: null,
      pr: null,
    };
    await within(plugin.notify(message, { priority: 'action', key: `test-${now()}` }));
    return good(area, 'took a test message; see whether it arrived');
  } catch (error) {
    return bad(
      area,
      `did not take a test message: ${(error as Error).message}`,
      'Put its part of ao.yaml right, then: ao doctor --test-notify',
    );
  }
}

function usedNames(config: Config): ReadonlySet<string> {
  const settings = Object.keys(config.projects).map((id) => projectSettings(config, id));
  const named = partsOf(config).filter((part) => part.path[0] !== 'projects');
  return new Set([
    'chat/web',
    `runtime/${config.defaults.runtime}`,
    `workspace/${config.defaults.workspace}`,
    ...settings.flatMap((project) => [
      `runtime/${project.runtime}`,
      `workspace/${project.workspace}`,
    ]),
    ...named.map((part) => `${part.slot}/${part.plugin}`),
  ]);
}

function projectInfo(config: Config, id: string): ProjectInfo {
  const { path: repo, defaultBranch, checks } = projectSettings(config, id);
  return {
    id,
    repo,
    defaultBranch: defaultBranch ?? 'main',
    checks: checks.map(({ name, run, timeout, required }) => ({
      name,
      run,
      timeoutMs: timeout,
      required,
    })),
  };
}

async function examineInstance(
  instance: Instance,
  { env, config }: Subject,
  scratch: string,
): Promise<{
  findings: readonly Finding[];
  agentFound: boolean | null;
  /** An agent's, with its plugin's name. */
  sandbox: readonly [string, readonly PermissionMode[]] | null;
}> {
  const { area, definition } = instance;
  const repos = Object.values(config.projects).map((project) => project.path);
  try {
    const parsed = definition.config.safeParse(instance.part);
    if (!parsed.success) return { findings: [], agentFound: null, sandbox: null };
    const plugin = await buildPlugin(definition, parsed.data, contextOf(instance, env, scratch));
    if (definition.slot === 'agent') {
      const agent = plugin as AgentPlugin;
      const examined = await within(
        examineAgent(area, agent, agentsInUse(config).has(definition.name)),
      );
      return { ...examined, sandbox: [definition.name, agent.ownSandbox ?? []] };
    }
    const findings = await within(ownFindings(definition, plugin, repos));
    const many =
      definition.slot === 'tracker'
        ? await within(tooManyLabelled(instance, config, plugin as TrackerPlugin))
        : [];
    return {
      findings: [...findings, ...many].map((finding) => ({ ...finding, area })),
      agentFound: null,
      sandbox: null,
    };
  } catch (error) {
    return {
      findings: [
        bad(
          area,
          `could not be examined: ${(error as Error).message}`,
          'Look at its part of ao.yaml.',
        ),
      ],
      agentFound: null,
      sandbox: null,
    };
  }
}

/** A workspace is asked about each repository, everything else about itself. */
async function ownFindings(
  definition: PluginDefinition,
  plugin: SlotPlugins[SlotName],
  repos: readonly string[],
): Promise<readonly DoctorFinding[]> {
  if (definition.slot !== 'workspace')
    return (plugin as Exclude<SlotPlugins[SlotName], AgentPlugin | WorkspacePlugin>).doctor();
  const perRepo = await Promise.all(repos.map((repo) => (plugin as WorkspacePlugin).doctor(repo)));
  return perRepo.flat();
}

/** What starts by a label is read up to a number; a tracker that can't be read has said so itself. */
async function tooManyLabelled(
  { project }: Instance,
  config: Config,
  tracker: TrackerPlugin,
): Promise<readonly DoctorFinding[]> {
  const trigger = triggersOf(config).find((each) => each.project === project?.id);
  if (trigger === undefined) return [];
  const found = await tracker
    .list({ state: 'open', label: trigger.label, limit: MOST_LABELLED })
    .catch(() => []);
  if (found.length < MOST_LABELLED) return [];
  const what = `${MOST_LABELLED} or more open issues of ${trigger.project} have the label ${trigger.label}; the others with it do not start`;
  return [
    {
      level: 'warning',
      what,
      fix: 'Take the label off issues that are done, or start the others by hand.',
    },
  ];
}

/** An agent that nobody asked for may be missing; one that a project names may not. */
async function examineAgent(
  area: string,
  agent: AgentPlugin,
  inUse: boolean,
): Promise<{ findings: readonly Finding[]; agentFound: boolean }> {
  const { found, path: place, version, findings } = await agent.detect();
  if (!found && !inUse)
    return { findings: [good(area, 'is not installed, and not used')], agentFound: false };
  const told = findings
    .filter((finding) => finding.level !== 'ok')
    .map((finding) => ({ ...finding, area }));
  if (found)
    return {
      findings: [
        good(area, `${version ?? 'version unknown'} at ${place ?? 'unknown place'}`),
        ...told,
      ],
      agentFound: true,
    };
  const missing = bad(
    area,
    'is not installed, but the configuration names it',
    'Install it, or name another agent in ao.yaml.',
  );
  return { findings: told.length > 0 ? told : [missing], agentFound: false };
}

function agentsInUse(config: Config): ReadonlySet<string> {
  const names = [
    config.defaults.agent,
    config.defaults.worker.agent,
    ...Object.values(config.projects).map((project) => project.agent),
  ];
  return new Set(
    names.flatMap((name) => (name === undefined ? [] : [config.agents[name]?.plugin ?? name])),
  );
}

function within<T>(work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1000} s`)), PATIENCE).unref();
  });
  return Promise.race([work, late]);
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function contextOf(instance: Instance, env: Environment, scratch: string): PluginContext {
  return {
    id:
      instance.project === null
        ? instance.definition.name
        : `${instance.definition.name}:${instance.project.id}`,
    clock: systemClock,
    logger: silent,
    dataDir: mkdtempSync(path.join(scratch, 'plugin-')),
    kv: forgetful(),
    inbox: NO_INBOX,
    shared: (_key, make) => make(),
    env: Object.fromEntries(
      Object.entries(env).filter(
        (pair): pair is [string, string] => pair[1] !== undefined && !pair[0].startsWith('AO_'),
      ),
    ),
    project: instance.project,
  };
}

function forgetful(): KeyValue {
  const values = new Map<string, unknown>();
  return {
    get: (key) => values.get(key),
    set: (key, value) => void values.set(key, value),
    delete: (key) => void values.delete(key),
    list: (prefix) =>
      [...values].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}
