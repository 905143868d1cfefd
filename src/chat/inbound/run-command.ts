import type { SessionView } from '../../commands/views.ts';
import type { Refusal } from '../../domain/session/decision.ts';
import type { Result } from '../../lib/result.ts';
import type { ChatReply } from '../../slots/chat.ts';
import { issuesReply, projectsReply } from '../answers/answers.ts';
import { budgetsReply } from '../answers/budgets.ts';
import { costReply } from '../answers/cost-answer.ts';
import { digestMessage } from '../answers/digest.ts';
import { helpMessage } from '../answers/help.ts';
import type { Asker, InboundDeps } from '../answers/inbound-deps.ts';
import { inboxMessage } from '../answers/inbox.ts';
import { quotaReply } from '../answers/quota-reply.ts';
import { refused, say } from '../answers/refusals.ts';
import { statusReply } from '../answers/status-answer.ts';
import type { CostCommand, ParsedCommand } from '../grammar/parsed-command.ts';
import { runLink, runUnlink } from './run-link.ts';
import { runSessionCommand } from './run-session-command.ts';
import { runSpawn, startedReply } from './run-spawn.ts';

export async function runCommand(
  command: ParsedCommand,
  asker: Asker,
  deps: InboundDeps,
): Promise<ChatReply> {
  const listing = <T>(listed: Result<T, Refusal>, reply: (value: T) => ChatReply): ChatReply =>
    listed.ok ? reply(listed.value) : refused(listed.error, deps, asker, command);
  switch (command.verb) {
    case 'spawn':
      return runSpawn(command, asker, deps);
    case 'status':
      return runStatus(command, asker, deps);
    case 'inbox':
      return listing(deps.commands.inbox(asker.actor, command.all), (items) => ({
        whisper: inboxMessage(items, (id) => viewOf(asker, deps, id), deps.now()),
      }));
    case 'projects':
      return listing(deps.commands.projects(asker.actor), projectsReply);
    case 'issues': {
      const listed = await deps.commands.issues(asker.actor, {
        project: command.project,
        text: command.text,
        state: 'open',
      });
      return listed.ok ? issuesReply(listed.value) : refused(listed.error, deps, asker, command);
    }
    case 'cost':
      return runCost(command, asker, deps);
    case 'budget':
      return listing(deps.commands.budgets(asker.actor), budgetsReply);
    case 'help':
      return { whisper: helpMessage(command.about) };
    case 'adopt': {
      const adopted = await deps.commands.adopt(asker.actor, {
        project: command.project,
        channel: asker.channel,
        pr: command.pr,
        agent: command.agent,
        key: asker.key,
      });
      return adopted.ok
        ? startedReply(adopted.value, asker, deps)
        : refused(adopted.error, deps, asker, command);
    }
    case 'orchestrator': {
      const started = await deps.commands.orchestrate(asker.actor, {
        project: null,
        channel: asker.channel,
        goal: command.text,
        key: asker.key,
      });
      return started.ok
        ? startedReply(started.value, asker, deps)
        : refused(started.error, deps, asker, command);
    }
    case 'link':
      return runLink(command.text, asker, deps);
    case 'unlink':
      return runUnlink(asker, deps);
    case 'quota': {
      const quota = await deps.commands.quota(asker.actor);
      return quota.ok ? quotaReply(quota.value, deps.now()) : refused(quota.error, deps, asker);
    }
    case 'digest':
      return runDigest(asker, deps);
    default:
      // What is left are the commands on a session; a verb that is none doesn't compile.
      return runSessionCommand(command, asker, deps);
  }
}

function runStatus(
  command: Extract<ParsedCommand, { verb: 'status' }>,
  asker: Asker,
  deps: InboundDeps,
): ChatReply {
  const { commands } = deps;
  const known = commands.projects(asker.actor);
  if (!known.ok) return refused(known.error, deps, asker);
  const ids = known.value.map((project) => project.id);
  if (command.project !== null && !ids.includes(command.project))
    return say(`No project "${command.project}". There is ${ids.join(', ') || 'none'}.`);
  const mine = command.mine ? { mine: asker.actor.subject } : {};
  const project = command.project === null ? {} : { project: command.project };
  const listed = commands.sessionPage(asker.actor, { all: command.all, ...mine, ...project });
  if (!listed.ok) return refused(listed.error, deps, asker);
  return statusReply(listed.value, deps.now(), (session) =>
    deps.threads.link(asker.platform, session),
  );
}

async function runDigest(asker: Asker, deps: InboundDeps): Promise<ChatReply> {
  const answer = await deps.commands.digest(asker.actor);
  if (!answer.ok) return refused(answer.error, deps, asker);
  const digest = answer.value;
  const chart = digest.quiet ? null : await deps.chart(digest.series);
  return { whisper: digestMessage(digest, { sessionOf: (id) => viewOf(asker, deps, id), chart }) };
}

function runCost(command: CostCommand, asker: Asker, deps: InboundDeps): ChatReply {
  const { span, from, to, by } = command;
  const answer = deps.commands.cost(asker.actor, {
    span,
    by,
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
  });
  if (!answer.ok) return refused(answer.error, deps, asker, command);
  return costReply(answer.value, from === null && to === null ? span : null, command.csv);
}

const viewOf = (asker: Asker, deps: InboundDeps, id: string): SessionView | null => {
  const found = deps.commands.session(asker.actor, id);
  return found.ok ? found.value : null;
};
