/** Completion of command options, from memory: whoever types waits for nobody's server. */

import { STATUS_EMOJI } from '../../commands/status-emoji.ts';
import type { IssueView } from '../../commands/views.ts';
import type { Refusal } from '../../domain/session/decision.ts';
import { type Actor, subject } from '../../domain/session/ids.ts';
import { issueName } from '../../domain/text/issue-name.ts';
import type { Result } from '../../lib/result.ts';
import type { ChatCatalogue, Suggestion, SuggestRequest } from '../../slots/chat-catalogue.ts';
import { COMMANDS } from '../grammar/command-table.ts';
import { commandLine, typedCommands } from '../grammar/typed-commands.ts';
import { oneLine } from '../words/wording.ts';
import type { InboundDeps } from './inbound-deps.ts';

const MAX = 25;
/** Issues older than this are read again behind the answer, ms. */
const FRESH = 30_000;
/** The first question after a start waits this long for the tracker, ms. */
const PATIENCE = 1_000;

export interface CatalogueDeps extends Pick<InboundDeps, 'commands' | 'now'> {
  readonly access: Pick<InboundDeps['access'], 'seen'>;
  /** The project a channel belongs to; null: none or several. */
  readonly channelProject: (platform: string, channel: string) => string | null;
}

export function createCatalogue(deps: CatalogueDeps): ChatCatalogue {
  const issues = createIssueCache(deps);
  const all = async (request: SuggestRequest, actor: Actor): Promise<readonly Suggestion[]> => {
    switch (request.suggests) {
      case 'command':
        return COMMANDS.map((row) => ({ value: row.verb, label: `${row.verb}: ${row.does}` }));
      case 'agent':
        return orNone(deps.commands.agents(actor)).map(plain);
      case 'project':
        return orNone(deps.commands.projects(actor)).map((project) => ({
          value: project.id,
          label: project.name === project.id ? project.id : `${project.id}: ${project.name}`,
        }));
      case 'session':
        return orNone(
          deps.commands.sessions(actor, { all: true, text: request.text.trim() || undefined }),
        )
          .toSorted(
            (a, b) =>
              Number(a.outcome !== null) - Number(b.outcome !== null) || b.createdAt - a.createdAt,
          )
          .map((session) => ({
            value: session.id,
            label: `${session.id} ${STATUS_EMOJI[session.status]} ${session.title}`,
          }));
      case 'issue':
        return (
          await issues(
            actor,
            request.chosen.project ?? deps.channelProject(request.platform, request.channel),
          )
        ).map((issue) => ({
          value: issue.id,
          label: `${issueName(issue.id)} ${issue.title}`,
        }));
    }
  };
  return {
    commands: typedCommands,
    line: commandLine,
    async suggest(request) {
      const { user } = request;
      if (user.bot || user.external) return [];
      deps.access.seen(user);
      const via =
        request.platform === 'slack' || request.platform === 'discord' ? request.platform : 'web';
      const actor: Actor = { subject: subject(user.subject), name: user.name, via };
      // Asked at every key, so no row is written of it.
      if (!deps.commands.may(actor, 'view').ok) return [];
      const wanted = request.text.trim().toLowerCase();
      const fitting = (await all(request, actor)).filter(
        ({ value, label }) =>
          value.toLowerCase().includes(wanted) || label.toLowerCase().includes(wanted),
      );
      return fitting
        .slice(0, MAX)
        .map(({ value, label }) => ({ value, label: oneLine(label, 100) }));
    },
  };
}

/** Who may not look is offered nothing. */
const orNone = <T>(listed: Result<readonly T[], Refusal>): readonly T[] =>
  listed.ok ? listed.value : [];

const plain = (value: string): Suggestion => ({ value, label: value });

/** Open issues by project. A slow or broken tracker answers with what was known last. */
function createIssueCache({
  commands,
  now,
}: CatalogueDeps): (actor: Actor, project: string | null) => Promise<readonly IssueView[]> {
  const known = new Map<
    string,
    { at: number; issues: readonly IssueView[]; reading: Promise<void> | null }
  >();
  const read = async (actor: Actor, project: string): Promise<void> => {
    const found = await commands.issues(actor, { project, text: null, state: 'open' });
    const before = known.get(project)?.issues ?? [];
    known.set(project, { at: now(), issues: found.ok ? found.value : before, reading: null });
  };
  const one = async (actor: Actor, project: string): Promise<readonly IssueView[]> => {
    const entry = known.get(project) ?? { at: Number.NEGATIVE_INFINITY, issues: [], reading: null };
    if (now() - entry.at > FRESH) {
      entry.reading ??= read(actor, project).catch(
        () => void known.set(project, { ...entry, at: now(), reading: null }),
      );
      known.set(project, entry);
      if (entry.issues.length === 0)
        await Promise.race([
          entry.reading,
          new Promise((resolve) => setTimeout(resolve, PATIENCE).unref()),
        ]);
    }
    return known.get(project)?.issues ?? [];
  };
  return async (actor, project) => {
    const projects =
      project === null ? orNone(commands.projects(actor)).map(({ id }) => id) : [project];
    return (await Promise.all(projects.map((each) => one(actor, each))))
      .flat()
      .filter((issue) => issue.session === null);
  };
}
