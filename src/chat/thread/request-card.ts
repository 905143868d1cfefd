/** A question or permission request of an agent, with the agent's own options. */

import type { RequestView, SessionView } from '../../commands/views.ts';
import { AO } from '../../domain/session/ids.ts';
import type { Block, Button, ChatMessage } from '../../slots/chat.ts';
import { isArgument, roomFor, shortArgument } from '../words/button-id.ts';
import { button, buttons, code, post } from '../words/message.ts';
import { duration, escapeMarkdown, inlineCode, oneLine, person } from '../words/wording.ts';

const MAX_OPTIONS = 20;
const LONG = 160;

/** Open: with buttons. Answered: the same message without them, naming who did it. */
export function requestCard(request: RequestView, session: Pick<SessionView, 'id'>): ChatMessage {
  const line = requestLine(request);
  const details = isShort(request) ? [] : requestDetails(request);
  if (request.answer !== null) {
    const answered = answerLine(request, request.answer);
    return {
      ...post(answered, `${requestMarkdown(request)}\n${escapeMarkdown(answered)}`, details),
    };
  }
  return post(line, requestMarkdown(request), [...details, ...requestButtons(request, session.id)]);
}

/**
 * What is asked, whole. A permission isn't folded either: what is folded away would be allowed unread. What a platform has no room
 * for it attaches as a file.
 */
const requestDetails = (request: RequestView): readonly Block[] =>
  request.text === '' || request.text === request.title
    ? []
    : [code(null, request.text, request.kind !== 'permission')];

/** The buttons where the request itself may not be in view: never without what they would allow. */
export const requestControls = (request: RequestView, session: string): readonly Block[] => [
  ...(request.kind === 'permission' ? requestDetails(request) : []),
  ...requestButtons(request, session),
];

/** Notification line: `✋ The agent asks: "…"` or `✋ Permission: run …`. */
export function requestLine(request: RequestView): string {
  return request.kind === 'permission'
    ? `✋ Permission: ${subjectOf(request)}`
    : `✋ The agent asks: "${subjectOf(request)}"`;
}

function requestMarkdown(request: RequestView): string {
  if (request.kind === 'question')
    return `✋ The agent asks: "${escapeMarkdown(subjectOf(request))}"`;
  const what =
    isShort(request) && request.title !== request.text && request.title !== ''
      ? `${escapeMarkdown(request.title)} ${inlineCode(request.text)}`
      : escapeMarkdown(subjectOf(request));
  return `✋ Permission: ${what}`;
}

const isShort = (request: RequestView): boolean =>
  request.kind === 'permission' && request.text.length <= LONG && !request.text.includes('\n');

function subjectOf(request: RequestView): string {
  if (isShort(request) && request.title !== request.text)
    return oneLine(`${request.title} ${request.text}`);
  return oneLine(request.title === '' ? request.text : request.title);
}

/** `Allowed once by @dana, 12 s later.` */
export function answerLine(
  request: RequestView,
  answer: NonNullable<RequestView['answer']>,
): string {
  const later = `${duration(answer.at - request.askedAt)} later`;
  // Closed by ao itself: its words say why.
  if (answer.by.subject === AO.subject) return answer.text;
  if (answer.where === 'terminal')
    return `Answered in the terminal${answer.text === '' ? '' : `: "${oneLine(answer.text)}"`}, ${later}.`;
  const state = answer.state === 'failed' ? ' It did not reach the agent.' : '';
  return `"${oneLine(answer.text)}" by ${person(answer.by)}, ${later}.${state}`;
}

export function requestButtons(request: RequestView, session: string): readonly Block[] {
  const options = request.options
    .slice(0, MAX_OPTIONS)
    .map((option, index) => optionButton(request, session, option, index));
  const other: Button[] = request.freeText
    ? [button('Other…', 'other', session, shortArgument(request.id, roomFor('other', session)))]
    : [];
  const all = [...options, ...other];
  return Array.from({ length: Math.ceil(all.length / 5) }, (_, row) =>
    all.slice(row * 5, row * 5 + 5),
  ).flatMap(buttons);
}

function optionButton(
  request: RequestView,
  session: string,
  option: RequestView['options'][number],
  index: number,
): Button {
  return button(
    oneLine(option.label, 70),
    'answer',
    session,
    answerArgument(request.id, option.id, index, session),
    { style: option.style },
  );
}

/** `<request>~<option>` when it fits, else `#<digest of the request>~#<place>`. */
function answerArgument(request: string, option: string, index: number, session: string): string {
  const whole = `${request}~${option}`;
  const fits =
    shortArgument(whole, roomFor('answer', session)) === whole &&
    !request.includes('~') &&
    !option.startsWith('#');
  return fits ? whole : `${shortArgument(request, 0)}~#${index}`;
}

/** Which request and option an `answer` button meant. `option: null`: the request is gone and the button had only its place. */
export function findAnswer(
  arg: string,
  open: readonly RequestView[],
): { readonly request: string; readonly option: string } | null {
  const split = arg.indexOf('~');
  if (split < 1) return null;
  const [head, option] = [arg.slice(0, split), arg.slice(split + 1)];
  const request = findRequest(head, open);
  if (!option.startsWith('#')) return { request: request?.id ?? head, option };
  const chosen = request?.options[Number(option.slice(1))];
  return request === null || chosen === undefined
    ? null
    : { request: request.id, option: chosen.id };
}

export const findRequest = (arg: string, open: readonly RequestView[]): RequestView | null =>
  open.find((request) => isArgument(arg, request.id)) ?? null;
