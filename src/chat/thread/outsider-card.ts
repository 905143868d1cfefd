/** The card for an issue that somebody without write access wrote: nothing starts by itself, a person decides. */
import { issueName } from '../../domain/text/issue-name.ts';
import type { ChatMessage } from '../../slots/chat.ts';
import type { Issue } from '../../slots/tracker.ts';
import { button, buttons, linkButton, post } from '../words/message.ts';
import { escapeMarkdown, link, oneLine } from '../words/wording.ts';

export function outsiderCard(project: string, issue: Issue): ChatMessage {
  const who = issue.author === null ? 'Somebody' : `@${oneLine(issue.author, 60)}`;
  const title = oneLine(issue.title, 120);
  const why = 'They have no write access, so it starts when you say so.';
  const open =
    issue.url === null ? [] : [linkButton('Open issue', `open_issue:${project}`, issue.url)];
  return post(
    `📥 ${who} asks in ${issueName(issue.id)}: "${title}". ${why}`,
    `📥 ${escapeMarkdown(who)} asks in ${link(issueName(issue.id), issue.url)}: "${escapeMarkdown(title)}". ${why}`,
    buttons([button('Start', 'spawn_issue', project, issue.id, { style: 'primary' }), ...open]),
  );
}

/** What stands there once somebody started it. */
export function outsiderStartedCard(
  issue: { readonly id: string; readonly title: string },
  session: string,
  by: string,
): ChatMessage {
  const line = `📥 ${issueName(issue.id)} "${oneLine(issue.title, 120)}" was started by ${by} as ${session}.`;
  return post(line, escapeMarkdown(line));
}
