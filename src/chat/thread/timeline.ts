/** Which events are posted in the thread, and how: the event's one line with what belongs to it. */
import type { EventView, SessionView } from '../../commands/views.ts';
import type { SessionEvent } from '../../domain/session/event.ts';
import { findExcerpt } from '../../domain/text/excerpt.ts';
import type { Block, ChatMessage, Markdown } from '../../slots/chat.ts';
import { agentSpeech } from '../words/agent-speech.ts';
import { code, post } from '../words/message.ts';
import { escapeMarkdown, link, oneLine } from '../words/wording.ts';
import { buttonRows } from './event-buttons.ts';
import { eventText } from './event-text.ts';
import { loudness, RANK, type Verbosity } from './loudness.ts';
import { mergeReadyCard } from './merge-card.ts';
import { requestCard } from './request-card.ts';
import { remarkBlocks } from './review-words.ts';

/** The post for an event, or null when this verbosity doesn't tell it. A muted thread is quiet. */
export function postFor(
  view: EventView,
  session: SessionView,
  verbosity: Verbosity,
): ChatMessage | null {
  const level = session.muted ? 'quiet' : verbosity;
  if (RANK[level] < RANK[loudness(view.event, session)]) return null;
  return compose(view, session);
}

function compose(view: EventView, session: SessionView): ChatMessage | null {
  const { event } = view;
  switch (event.type) {
    case 'agent.turn_ended':
      return event.text === null ? null : agentSpeech(event.text);
    case 'request.opened': {
      const request = session.openRequests.find((one) => one.id === event.request);
      return request === undefined ? null : requestCard(request, session);
    }
    case 'merge.ready':
      return mergeReadyCard(session, event.sha);
    case 'review.answered':
      return { ...plain(view, session), mention: event.to };
    case 'base.moved':
      return event.kind === 'outside'
        ? plain(view, session)
        : { ...plain(view, session), mention: [session.owner.subject] };
    case 'escalation.raised':
    case 'session.handed_over':
      return { ...plain(view, session), mention: [event.to.subject] };
    default:
      return plain(view, session);
  }
}

function plain(view: EventView, session: SessionView): ChatMessage {
  const line = eventText(view.event, session, view.at);
  return post(line, withPrLinks(escapeMarkdown(line), session), [
    ...detailBlocks(view.event),
    ...buttonRows(view.event, session),
  ]);
}

/** Names are links. */
const withPrLinks = (markdown: Markdown, session: SessionView): Markdown =>
  markdown.replace(/PR \\#(\d+)\b/g, (whole, number: string) => {
    const pr = session.prs.find((one) => String(one.number) === number);
    return pr === undefined ? whole : `PR ${link(`#${number}`, pr.url)}`;
  });

const EXCERPT_LINES = 15;

function detailBlocks(event: SessionEvent): readonly Block[] {
  if (event.type === 'review.changes_requested') return remarkBlocks(event);
  if (event.type !== 'checks.failed') return [];
  return event.failing
    .slice(0, 3)
    .flatMap((check) =>
      check.excerpt === null || check.excerpt.trim() === ''
        ? []
        : [
            code(
              event.failing.length === 1 ? null : oneLine(check.name, 60),
              shortExcerpt(check.excerpt),
              true,
            ),
          ],
    );
}

/** The agent gets the whole excerpt; in the thread the first lines about the failure tell a person what it is. */
const shortExcerpt = (excerpt: string): string =>
  findExcerpt(excerpt, { lines: EXCERPT_LINES, chars: 2_000 });
