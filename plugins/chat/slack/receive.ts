import type { App } from '@slack/bolt';
import type { Clock } from '../../../src/lib/clock.ts';
import type { ChatInput, ChatMessage, ChatReply, Inbound } from '../../../src/slots/chat.ts';
import type { KeyValue, Logger } from '../../../src/slots/context.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import { inTime } from './ack.ts';
import type { AnswerPlace, Answers } from './answers.ts';
import type { SlackApi } from './api.ts';
import { SHORTCUT } from './calls.ts';
import { publishHome } from './home.ts';
import type { Identity } from './identity.ts';
import { type ReadMessage, readMessage } from './inbound/read-message.ts';
import { readCommandText, readText } from './inbound/read-text.ts';
import type {
  WireActions,
  WireCommand,
  WireEnvelope,
  WireMessage,
  WireShortcut,
  WireView,
} from './inbound/wire.ts';
import type { People } from './people.ts';
import { timeOf } from './places.ts';
import { LINK_ACTION } from './render/controls.ts';
import { FORM, formView, submittedValues } from './render/view.ts';

export interface ReceiveParts {
  readonly platform: string;
  readonly command: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly kv: KeyValue;
  readonly api: SlackApi;
  readonly people: People;
  readonly answers: Answers;
  readonly identity: () => Identity;
  readonly inbound: () => Inbound | null;
}

export interface Receiving {
  listen(app: App): void;
  /** Waits for what is still being answered. */
  settle(): Promise<void>;
}

/** A form's errors must be in its ack; later ones are whispered. */
const FORM_ACK_WITHIN = 2_000;
const DAY = 86_400_000;
const WEEK = 7 * DAY;

/** Everything Bolt hands over, as the host's inputs; and the host's private answers back. */
export function createReceiving(parts: ReceiveParts): Receiving {
  const { platform, clock, logger, kv, people, answers, identity } = parts;
  const running = new Set<Promise<unknown>>();
  const answering = new Set<string>();
  let tidied = 0;
  const tidy = (): void => {
    tidied = clock.now();
    forgetOldAnswers(kv, tidied);
  };
  tidy();

  const track = <T>(done: Promise<T>): Promise<T> => {
    const quiet = done.then(
      () => {},
      () => {},
    );
    running.add(quiet);
    void quiet.then(() => running.delete(quiet));
    return done;
  };

  type Who = { readonly user: string; readonly team: string | null; readonly channel: string };
  type About = { readonly delivery: string; readonly thread: string | null; readonly at: number };
  type Rest = ChatInput extends infer I
    ? I extends ChatInput
      ? Omit<I, 'platform' | 'user' | keyof About | 'channel'>
      : never
    : never;

  /** Resolves when the host has committed. */
  const hand = async (who: Who, about: About, rest: Rest): Promise<ChatReply> => {
    const inbound = parts.inbound();
    if (inbound === null) throw new Error('ao is stopping');
    const user = await people.user(who.user, who.team, who.channel);
    return inbound({ ...rest, ...about, platform, user, channel: who.channel } as ChatInput);
  };

  /** Once for each delivery, also when Slack or the host gives the same answer again. */
  const answer = async (delivery: string, reply: ChatReply, place: AnswerPlace): Promise<void> => {
    if (reply.whisper === undefined && reply.form === undefined) return;
    if (answering.has(delivery) || kv.get(`answered:${delivery}`) !== undefined) return;
    answering.add(delivery);
    try {
      await answers.give(reply, place);
      kv.set(`answered:${delivery}`, clock.now());
      if (clock.now() - tidied > DAY) tidy();
    } catch (error) {
      logger.warn(
        { err: error, channel: place.channel },
        'a private answer could not be given in Slack',
      );
    } finally {
      answering.delete(delivery);
    }
  };

  /** For deliveries that Slack does not send again: the person is told that it failed. */
  const handOrTell = async (
    who: Who,
    about: About,
    rest: Rest,
    place: AnswerPlace,
  ): Promise<ChatReply | null> => {
    try {
      return await hand(who, about, rest);
    } catch (error) {
      logger.error({ err: error, delivery: about.delivery }, 'an input from Slack failed');
      await answers.whisper(failure(error), place).catch(() => {});
      return null;
    }
  };

  const receiveMessage = async (event: WireMessage, envelope: WireEnvelope): Promise<void> => {
    const { botUserId, botId } = identity();
    const read = readMessage(event, {
      botUserId,
      botId,
      command: parts.command,
      nameOf: people.nameOf,
    });
    if (read === null) return;
    const about: About = {
      delivery: envelope.event_id,
      thread: read.thread,
      at: timeOf(read.message),
    };
    const reply = await hand(read, about, restOf(read) as Rest);
    void track(
      answer(envelope.event_id, reply, {
        user: read.user,
        channel: read.channel,
        thread: read.thread,
        responseUrl: null,
        trigger: null,
      }),
    );
  };

  const receiveCommand = async (command: WireCommand, ack: () => Promise<void>): Promise<void> => {
    const place: AnswerPlace = {
      user: command.user_id,
      channel: command.channel_id,
      thread: null,
      responseUrl: command.response_url ?? null,
      trigger: command.trigger_id,
    };
    const who: Who = {
      user: command.user_id,
      team: command.user_team_id ?? command.team_id,
      channel: command.channel_id,
    };
    const done = track(
      handOrTell(
        who,
        { delivery: command.trigger_id, thread: null, at: clock.now() },
        {
          type: 'command',
          text: readCommandText(command.text ?? ''),
          files: [],
          trigger: command.trigger_id,
        },
        place,
      ),
    );
    await inTime(done, clock);
    await ack();
    const reply = await done;
    if (reply !== null) await track(answer(command.trigger_id, reply, place));
  };

  const receiveAction = async (body: WireActions, ack: () => Promise<void>): Promise<void> => {
    const [action] = body.actions;
    if (action === undefined || action.action_id.startsWith(LINK_ACTION)) return ack();
    const channel = body.channel?.id ?? body.container?.channel_id ?? body.user.id;
    const message = body.message?.ts ?? body.container?.message_ts ?? '';
    const root = body.message?.thread_ts ?? body.container?.thread_ts;
    // A press on the root itself: Slack names no thread when nobody replied yet.
    const thread =
      body.channel === undefined && body.container?.channel_id === undefined
        ? null
        : (root ?? (message === '' || body.container?.is_ephemeral === true ? null : message));
    const place: AnswerPlace = {
      user: body.user.id,
      channel,
      thread,
      responseUrl: body.response_url ?? null,
      trigger: body.trigger_id,
    };
    const who: Who = { user: body.user.id, team: body.user.team_id ?? null, channel };
    const input: Rest = {
      type: 'action',
      action: action.action_id,
      value: action.selected_option?.value ?? null,
      message,
      trigger: body.trigger_id,
    };
    const done = track(
      handOrTell(who, { delivery: body.trigger_id, thread, at: clock.now() }, input, place),
    );
    await inTime(done, clock);
    await ack();
    const reply = await done;
    if (reply !== null) await track(answer(body.trigger_id, reply, place));
    if (body.container?.type === 'view')
      await track(showHome(body.user.id, `${body.trigger_id}/home`));
  };

  const receiveForm = async (
    body: WireView,
    ack: (answer?: object) => Promise<void>,
  ): Promise<void> => {
    const { form, channel, thread } = JSON.parse(body.view.private_metadata) as {
      form: string;
      channel: string;
      thread: string | null;
    };
    const place: AnswerPlace = {
      user: body.user.id,
      channel,
      thread,
      responseUrl: null,
      trigger: body.trigger_id,
    };
    const who: Who = { user: body.user.id, team: body.user.team_id ?? null, channel };
    const input: Rest = { type: 'form', form, values: submittedValues(body.view.state.values) };
    const done = track(
      handOrTell(who, { delivery: body.trigger_id, thread, at: clock.now() }, input, place),
    );
    const early = await inTime(done, clock, FORM_ACK_WITHIN);
    const reply = early ? await done : null;
    if (reply?.errors !== undefined)
      return ack({ response_action: 'errors', errors: reply.errors });
    if (reply?.form !== undefined)
      return ack({ response_action: 'update', view: formView(reply.form, { channel, thread }) });
    await ack();
    const late = reply ?? (await done);
    if (late === null) return;
    const words = Object.values(late.errors ?? {}).join('\n');
    await track(answer(body.trigger_id, words === '' ? late : { whisper: said(words) }, place));
  };

  const receiveShortcut = async (body: WireShortcut, ack: () => Promise<void>): Promise<void> => {
    const channel = body.channel.id;
    const thread = body.message.thread_ts ?? null;
    const place: AnswerPlace = {
      user: body.user.id,
      channel,
      thread,
      responseUrl: body.response_url ?? null,
      trigger: body.trigger_id,
    };
    const who: Who = { user: body.user.id, team: body.user.team_id ?? null, channel };
    const input: Rest = {
      type: 'shortcut',
      text: readText(body.message.text ?? '', people.nameOf),
      message: body.message.ts,
      trigger: body.trigger_id,
    };
    const done = track(
      handOrTell(who, { delivery: body.trigger_id, thread, at: clock.now() }, input, place),
    );
    await inTime(done, clock);
    await ack();
    const reply = await done;
    if (reply !== null) await track(answer(body.trigger_id, reply, place));
  };

  const showHome = async (slackUser: string, delivery: string): Promise<void> => {
    const inbound = parts.inbound();
    if (inbound === null) return;
    const user = await people.user(slackUser, null, slackUser);
    if (user.bot) return;
    await publishHome(parts.api, platform, inbound, {
      user,
      slackUser,
      delivery,
      at: clock.now(),
    }).catch((error: unknown) => logger.warn({ err: error }, 'the Home tab could not be shown'));
  };

  /** Stop on Slack's own controls of an agent's thread. */
  const receiveStop = async (
    event: {
      user?: string;
      user_id?: string;
      channel?: string;
      channel_id?: string;
      thread_ts?: string;
    },
    envelope: WireEnvelope,
  ): Promise<void> => {
    const [user, channel, thread] = [
      event.user ?? event.user_id,
      event.channel ?? event.channel_id,
      event.thread_ts,
    ];
    if (user === undefined || channel === undefined || thread === undefined) return;
    const reply = await hand(
      { user, team: null, channel },
      { delivery: envelope.event_id, thread, at: clock.now() },
      { type: 'command', text: 'stop', files: [], trigger: null },
    );
    void track(
      answer(envelope.event_id, reply, { user, channel, thread, responseUrl: null, trigger: null }),
    );
  };

  return {
    listen(app) {
      app.event('message', async ({ event, body }) =>
        track(receiveMessage(event as unknown as WireMessage, body as unknown as WireEnvelope)),
      );
      app.event('app_mention', async ({ event, body }) =>
        track(receiveMessage(event as unknown as WireMessage, body as unknown as WireEnvelope)),
      );
      app.event('app_home_opened', async ({ event, body }) => {
        if (event.tab === 'home')
          void track(
            showHome(event.user, body.event_id).catch((error: unknown) =>
              logger.warn({ err: error }, 'the Home tab could not be shown'),
            ),
          );
      });
      app.event(/^agent_session_stopped$/, async ({ event, body }) =>
        track(receiveStop(event as object, body as unknown as WireEnvelope)),
      );
      app.event('subteam_members_changed', async () => people.forgetGroups());
      app.command(parts.command, async ({ body, ack }) =>
        track(receiveCommand(body as unknown as WireCommand, () => ack())),
      );
      app.action(/^/, async ({ body, ack }) =>
        track(receiveAction(body as unknown as WireActions, () => ack())),
      );
      app.view(FORM, async ({ body, ack }) =>
        track(
          receiveForm(
            body as unknown as WireView,
            ack as unknown as (given?: object) => Promise<void>,
          ),
        ),
      );
      app.shortcut(SHORTCUT, async ({ body, ack }) =>
        track(receiveShortcut(body as unknown as WireShortcut, () => ack())),
      );
    },
    async settle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

const restOf = (read: ReadMessage): object => {
  switch (read.type) {
    case 'command':
      return { type: 'command', text: read.text, files: read.files, trigger: null };
    case 'reply':
      return { type: 'reply', text: read.text, message: read.message, files: read.files };
    case 'edit':
      return { type: 'edit', text: read.text, message: read.message };
    case 'delete':
      return { type: 'delete', message: read.message };
  }
};

const said = (text: string): ChatMessage => ({
  text,
  kind: 'post',
  blocks: [{ type: 'text', text }],
});

function failure(error: unknown): ChatMessage {
  const why =
    error instanceof PluginError
      ? error.message
      : 'ao met an error of its own; its log tells more.';
  return said(`That did not work. ${why} Nothing was done; please try again.`);
}

function forgetOldAnswers(kv: KeyValue, now: number): void {
  for (const [key, at] of kv.list('answered:'))
    if (typeof at !== 'number' || now - at > WEEK) kv.delete(key);
}
