import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Config } from '../../config/schema/config.ts';
import { triggersOf } from '../../config/starters.ts';
import { MOST_LABELLED } from '../../domain/money/most-labelled.ts';
import type { PermissionMode } from '../../domain/session/session.ts';
import type { AgentPlugin } from '../../slots/agent.ts';
import {
  buildPlugin,
  type DoctorFinding,
  type PluginDefinition,
  type SlotName,
  type SlotPlugins,
} from '../../slots/plugin.ts';
import type { TrackerPlugin } from '../../slots/tracker.ts';
import type { WorkspacePlugin } from '../../slots/workspace.ts';
import { examineApprovals } from './approvals.ts';
import { bad, type Finding, good, warn } from './finding.ts';
import { contextOf, type Instance, instances, type Subject } from './plugin-instances.ts';
import { examineSandboxes, type OwnSandboxes } from './unsandboxed.ts';
import { within } from './within.ts';

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
