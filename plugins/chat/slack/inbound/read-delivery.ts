import { paragraphs, unreadFiles } from '../../../../src/lib/forwarded.ts';
import type { ChatInput } from '../../../../src/slots/chat.ts';
import type { AnswerPlace } from '../answers.ts';
import { SHORTCUT } from '../calls.ts';
import { LINK_ACTION } from '../render/controls.ts';
import { FORM, submittedValues } from '../render/view.ts';
import { readWhole } from './read-body.ts';
import { type ReadMessage, readMessage, type Self } from './read-message.ts';
import { readCommandText } from './read-text.ts';
import type {
  WireActions,
  WireBody,
  WireCommand,
  WireMessage,
  WireShortcut,
  WireStop,
  WireView,
} from './wire.ts';

type Omitted = 'platform' | 'delivery' | 'user' | 'channel' | 'thread' | 'at';
type Rest = ChatInput extends infer I ? (I extends ChatInput ? Omit<I, Omitted> : never) : never;

/** A delivery as it is understood before anybody was asked who did it. */
export interface ReadDelivery {
  /** The same thing done once has one id, by whatever event and however often Slack tells of it. */
  readonly id: string;
  /** What is said in one thread is one lane; a press, a form and a slash command keep nobody waiting. */
  readonly lane: string;
  /** When it was done by Slack's clock, ms with fractions; null where Slack does not say. */
  readonly at: number | null;
  readonly user: string;
  readonly team: string | null;
  readonly thread: string | null;
  readonly rest: Rest;
  readonly place: AnswerPlace;
  /** On the Home tab, which then shows something else. */
  readonly home: boolean;
}

/** Null: not for ao, or nothing that has a consequence. */
export function readDelivery(body: WireBody, self: Self): ReadDelivery | null {
  if (body.event !== undefined) return readEvent(body, self);
  if (body.command !== undefined)
    return body.command === self.command ? readCommand(body as unknown as WireCommand) : null;
  switch (body.type) {
    case 'block_actions':
      return readAction(body as unknown as WireActions);
    case 'view_submission': {
      const submitted = body as unknown as WireView;
      return submitted.view.callback_id === FORM ? readForm(submitted) : null;
    }
    case 'message_action':
      return body.callback_id === SHORTCUT
        ? readShortcut(body as unknown as WireShortcut, self)
        : null;
    default:
      // Slack has more kinds than these, and none of them is ao's.
      return null;
  }
}

/** The lane of a thread; the root of it too, because a reply comes after it. */
export const laneOf = (channel: string, thread: string): string => `thread:${channel}:${thread}`;

function readEvent(body: WireBody, self: Self): ReadDelivery | null {
  const event = body.event as WireMessage;
  if (event.type === 'agent_session_stopped')
    return readStop(body.event as unknown as WireStop, body.event_id ?? '');
  if (event.type !== 'message' && event.type !== 'app_mention') return null;
  const read = readMessage(event, self);
  if (read === null) return null;
  const { user, team, channel, thread, message } = read;
  return {
    id: idOf(read, event),
    lane: laneOf(channel, thread ?? (channel.startsWith('D') ? '' : message)),
    at: 1_000 * Number(read.type === 'edit' || read.type === 'delete' ? event.ts : message),
    user,
    team,
    thread,
    rest: restOf(read),
    place: { user, channel, thread, responseUrl: null, trigger: null },
    home: false,
  };
}

/** By the message, not by the event: Slack may tell of one message by several, and ao reads it in its thread too. */
function idOf(read: ReadMessage, event: WireMessage): string {
  const message = `${read.channel}:${read.message}`;
  switch (read.type) {
    case 'command':
    case 'reply':
      return message;
    case 'edit':
      return `${message}:edit:${event.message?.edited?.ts ?? event.ts}`;
    case 'delete':
      return `${message}:delete`;
  }
}

const restOf = (read: ReadMessage): Rest => {
  switch (read.type) {
    case 'command':
      return {
        type: 'command',
        text: read.text,
        files: read.files,
        trigger: null,
        message: read.message,
        ...(read.words === undefined ? {} : { words: read.words }),
        ...(read.plain === undefined ? {} : { plain: read.plain }),
        ...(read.direct === undefined ? {} : { direct: read.direct }),
      };
    case 'reply':
      return { type: 'reply', text: read.text, message: read.message, files: read.files };
    case 'edit':
      return { type: 'edit', text: read.text, message: read.message };
    case 'delete':
      return { type: 'delete', message: read.message };
  }
};

/** Stop on Slack's own controls of an agent's thread. */
function readStop(event: WireStop, id: string): ReadDelivery | null {
  const [user, channel, thread] = [
    event.user ?? event.user_id,
    event.channel ?? event.channel_id,
    event.thread_ts,
  ];
  if (user === undefined || channel === undefined || thread === undefined) return null;
  return {
    ...own(id),
    user,
    team: null,
    thread,
    rest: { type: 'command', text: 'stop', files: [], trigger: null },
    place: { user, channel, thread, responseUrl: null, trigger: null },
  };
}

function readCommand(command: WireCommand): ReadDelivery {
  const { user_id: user, channel_id: channel, trigger_id: trigger } = command;
  return {
    ...own(trigger),
    user,
    team: command.user_team_id ?? command.team_id,
    thread: null,
    rest: { type: 'command', text: readCommandText(command.text ?? ''), files: [], trigger },
    place: { user, channel, thread: null, responseUrl: command.response_url ?? null, trigger },
  };
}

function readAction(body: WireActions): ReadDelivery | null {
  const [action] = body.actions;
  if (action === undefined || action.action_id.startsWith(LINK_ACTION)) return null;
  const { trigger_id: trigger, container, user } = body;
  const channel = body.channel?.id ?? container?.channel_id ?? user.id;
  const message = body.message?.ts ?? container?.message_ts ?? '';
  const root = body.message?.thread_ts ?? container?.thread_ts;
  // A press on the root itself: Slack names no thread when nobody replied yet.
  const thread =
    body.channel === undefined && container?.channel_id === undefined
      ? null
      : (root ?? (message === '' || container?.is_ephemeral === true ? null : message));
  return {
    ...own(trigger),
    user: user.id,
    team: user.team_id ?? null,
    thread,
    rest: {
      type: 'action',
      action: action.action_id,
      value: action.selected_option?.value ?? null,
      message,
      trigger,
    },
    place: { user: user.id, channel, thread, responseUrl: body.response_url ?? null, trigger },
    home: container?.type === 'view',
  };
}

function readForm(body: WireView): ReadDelivery {
  const { form, channel, thread } = JSON.parse(body.view.private_metadata) as {
    form: string;
    channel: string;
    thread: string | null;
  };
  const { trigger_id: trigger, user } = body;
  return {
    ...own(trigger),
    user: user.id,
    team: user.team_id ?? null,
    thread,
    rest: { type: 'form', form, values: submittedValues(body.view.state.values) },
    place: { user: user.id, channel, thread, responseUrl: null, trigger },
  };
}

function readShortcut(body: WireShortcut, self: Self): ReadDelivery {
  const { trigger_id: trigger, user } = body;
  const thread = body.message.thread_ts ?? null;
  return {
    ...own(trigger),
    user: user.id,
    team: user.team_id ?? null,
    thread,
    rest: {
      type: 'shortcut',
      text: paragraphs(
        readWhole(body.message, self.nameOf),
        unreadFiles((body.message.files ?? []).map((file) => file.name ?? file.id)),
      ),
      message: body.message.ts,
      trigger,
    },
    place: {
      user: user.id,
      channel: body.channel.id,
      thread,
      responseUrl: body.response_url ?? null,
      trigger,
    },
  };
}

const own = (id: string): Pick<ReadDelivery, 'id' | 'lane' | 'at' | 'home'> => ({
  id,
  lane: `own:${id}`,
  at: null,
  home: false,
});
