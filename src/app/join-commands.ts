import { randomUUID } from 'node:crypto';
import { createAgentForge } from '../commands/agent-forge.ts';
import type { Commands } from '../commands/commands.ts';
import { createCommands } from '../commands/create-commands.ts';
import type { CommandParts } from '../commands/parts.ts';
import { createReader, type Reader } from '../commands/reader.ts';
import { projectSettings } from '../config/project-settings.ts';
import type { Config } from '../config/schema/config.ts';
import { kvStore } from '../db/kv-store.ts';
import type { Project } from '../lifecycle/plugins.ts';
import { projectOfChannel } from './chat-channels.ts';
import { personBySubject } from './chat-people.ts';
import { forgeOf } from './forge-of.ts';
import type { JoinedLifecycle } from './join-lifecycle.ts';
import type { JoinedObservers } from './join-observers.ts';
import type { Base } from './open-base.ts';

/** The use cases, joined to everything they read and change. */
export function joinCommands(
  { options, db, config, live, plugins, access, redact, audit }: Base,
  { dispatch }: JoinedLifecycle,
  { budgets, admission, pullRequests }: JoinedObservers,
): { readonly commands: Commands; readonly reader: Reader } {
  const { clock, projects } = options;
  const people = kvStore(db, 'people');
  const parts: CommandParts = {
    db,
    clock,
    days: live.days,
    dispatch,
    plugins,
    access,
    policyOf: live.policyOf,
    admission,
    budgets,
    monthBudget: () => monthBudget(config(), projects),
    audit,
    forgeOf: (project) => forgeOf(config(), project),
    ownersOf: (project) => projectSettings(config(), project).owners,
    lookAtPullRequests: (project) => pullRequests.round(project),
    channelProject: (channel) => projectOfChannel(config(), channel),
    newId: () => randomUUID(),
    redact,
    agentForge: createAgentForge({ kv: kvStore(db, 'gh-use'), clock }),
    agentNames: plugins.agentNames(),
    person: (id) => personBySubject(people, id),
    plainActor: ({ subject: id, name, via }) => ({ subject: id, name, via }),
  };
  return { commands: createCommands(parts), reader: createReader(parts) };
}

/** All projects' budgets of a month together; null unless each has one. */
function monthBudget(config: Config, projects: readonly Project[]): number | null {
  const each = projects.map(
    (project) => config.projects[project.id]?.budget.project ?? config.budgets.project,
  );
  const known = each.filter((usd) => usd !== undefined);
  return known.length === 0 || known.length < each.length
    ? null
    : known.reduce((sum, usd) => sum + usd, 0);
}
