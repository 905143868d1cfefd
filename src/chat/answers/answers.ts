/** Answers to questions about sessions: tables, facts and files, as private messages. */

import { STATUS_EMOJI } from '../../commands/status-emoji.ts';
import type { IssueView, ProjectView, SessionView } from '../../commands/views.ts';
import { issueName } from '../../domain/text/issue-name.ts';
import type { ChatReply } from '../../slots/chat.ts';
import { roomFor } from '../words/button-id.ts';
import { button, buttons, whisper } from '../words/message.ts';
import { count, oneLine } from '../words/wording.ts';
import { say } from './refusals.ts';

const ISSUE_BUTTONS = 5;

export function issuesReply(issues: readonly IssueView[]): ChatReply {
  if (issues.length === 0) return say('No open issues fit.');
  const line =
    issues.length > 25
      ? `${issues.length} open issues, the first 25:`
      : `${count(issues.length, 'open issue')}:`;
  const rows = issues
    .slice(0, 25)
    .map((issue) => [
      issueName(issue.id),
      oneLine(issue.title, 80),
      issue.labels.map((label) => oneLine(label, 20)).join(', ') || '-',
      issue.session ?? '-',
    ]);
  const free = issues.filter(
    (issue) =>
      issue.session === null &&
      new TextEncoder().encode(issue.id).length <= roomFor('spawn_issue', issue.project),
  );
  const spawn = free
    .slice(0, ISSUE_BUTTONS)
    .map((issue) => button(`Spawn ${issueName(issue.id)}`, 'spawn_issue', issue.project, issue.id));
  return whisper(line, line, [
    { type: 'table', columns: ['Issue', 'Title', 'Labels', 'Session'], rows },
    ...buttons(spawn),
  ]);
}

export function projectsReply(projects: readonly ProjectView[]): ChatReply {
  if (projects.length === 0) return say('No projects. Add one on the host:  ao init');
  const line = `${count(projects.length, 'project')}:`;
  const rows = projects.map((project) => [
    project.id,
    oneLine(project.name, 60),
    project.defaultBranch,
    project.agent,
    `${project.live} live of ${project.sessions}`,
  ]);
  return whisper(line, line, [
    { type: 'table', columns: ['Project', 'Name', 'Branch', 'Agent', 'Sessions'], rows },
  ]);
}

/** What `/ao spawn` says at once; the thread follows. */
export const spawnedLine = (session: SessionView): string =>
  `${STATUS_EMOJI[session.status]} ${session.id}: ${oneLine(session.title, 100)}${session.issue === null ? '' : ` (${session.issue})`}`;
