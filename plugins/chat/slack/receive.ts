import type { ReceiverEvent } from '@slack/bolt';
import type { Clock } from '../../../src/lib/clock.ts';
import type { ChatInput, ChatMessage, ChatReply, Inbound } from '../../../src/slots/chat.ts';
import type { Logger } from '../../../src/slots/context.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import type { Delivery, Inbox } from '../../../src/slots/inbox.ts';
import { createInboxLanes, type InboxLanes } from '../../../src/slots/inbox-lanes.ts';
import type { AnswerPlace, Answers } from './answers.ts';
import type { SlackApi } from './api.ts';
import { createFormAcks } from './form-acks.ts';
import { publishHome } from './home.ts';
import type { Identity } from './identity.ts';
import { type ReadDelivery, readDelivery } from './inbound/read-delivery.ts';
import type { Self } from './inbound/read-message.ts';
import type { WireBody } from './inbound/wire.ts';
import type { People } from './people.ts';

export interface ReceiveParts {
  readonly platform: string;
  readonly command: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly inbox: Inbox;
  readonly api: SlackApi;
  readonly people: People;
  readonly answers: Answers;
  readonly identity: () => Promise<Identity>;
  readonly inbound: () => Inbound | null;
  /** A session lives in this thread, whoever began it. */
  readonly isThread: (channel: string, thread: string) => boolean;
  /** A message of this thread is kept: a later start need not read it again. */
  readonly kept: (channel: string, thread: string, message: string) => void;
}

export interface Receiving {
  /** Keeps what Slack sent, acknowledges it, and deals with it afterwards. Throws, without an ack, what can't be kept. */
  receive(event: Pick<ReceiverEvent, 'body' | 'ack'>): Promise<void>;
  /** A message that Slack did not send, but that was found in its thread. */
  found(body: WireBody): Promise<void>;
  readonly lanes: Pick<InboxLanes, 'first' | 'hurry' | 'resume' | 'stop'>;
  /** Waits for what is still being dealt with. */
  settle(): Promise<void>;
}

/** What the inbox keeps: Slack's own words, or a private answer that is still to be given. */
type Kept =
  | { readonly type: 'slack'; readonly body: WireBody }
  | { readonly type: 'answer'; readonly reply: ChatReply; readonly place: AnswerPlace };

const DAY = 86_400_000;
const QUARTER = 15 * 60_000;

/** Everything Slack delivers, as the host's inputs; and the host's private answers back. */
export function createReceiving(parts: ReceiveParts): Receiving {
  const { platform, clock, logger, people, answers } = parts;
  const forms = createFormAcks(clock);
  const homes = new Set<Promise<void>>();

  const read = async (body: WireBody): Promise<ReadDelivery | null> =>
    readDelivery(body, selfOf(parts, await parts.identity()));

  /** Resolves when the host has committed. */
  const hand = async (delivery: Delivery, body: WireBody): Promise<void> => {
    const inbound = parts.inbound();
    if (inbound === null) throw new Error('ao is stopping');
    const asked = await read(body);
    if (asked === null) return;
    const { place, thread } = asked;
    const user = await people.user(asked.user, asked.team, place.channel);
    // Names in the words are known now.
    const { rest } = (await read(body)) ?? asked;
    const at = Math.round(asked.at ?? delivery.at);
    const about = { platform, delivery: delivery.id, user, channel: place.channel, thread, at };
    const reply = await inbound({ ...rest, ...about } as ChatInput);
    const left = rest.type === 'form' ? await forms.answer(delivery.id, reply, place) : reply;
    give(delivery.id, left, place);
    if (asked.home) showHome(asked.user, `${delivery.id}/home`);
  };

  /** Kept as a delivery of its own, so that an answer that can't be given yet keeps nobody waiting and is not forgotten. */
  const give = (id: string, reply: ChatReply, place: AnswerPlace): void => {
    if (reply.whisper === undefined && reply.form === undefined) return;
    const body: Kept = { type: 'answer', reply, place };
    lanes.take({ id: `${id}/answer`, lane: `answer:${id}`, body, at: clock.now() });
  };

  const showHome = (slackUser: string, delivery: string): void => {
    const shown = (async () => {
      const inbound = parts.inbound();
      if (inbound === null) return;
      const user = await people.user(slackUser, null, slackUser);
      if (user.bot) return;
      const at = clock.now();
      await publishHome(parts.api, platform, inbound, { user, slackUser, delivery, at });
    })()
      .catch((error: unknown) => logger.warn({ err: error }, 'the Home tab could not be shown'))
      .finally(() => homes.delete(shown));
    homes.add(shown);
  };

  /** What has no consequence: looked at again whenever it is asked for. */
  const noticed = ({ event, event_id: id }: WireBody): void => {
    if (event?.type === 'subteam_members_changed') people.forgetGroups();
    if (event?.type === 'app_home_opened' && event.tab === 'home' && event.user !== undefined)
      showHome(event.user, id ?? `${event.user}:${clock.now()}`);
  };

  const placeOf = async ({ body }: Delivery): Promise<AnswerPlace | null> => {
    const kept = body as Kept;
    return kept.type === 'answer' ? null : ((await read(kept.body))?.place ?? null);
  };

  const lanes = createInboxLanes({
    inbox: parts.inbox,
    clock,
    logger,
    async work(delivery) {
      const kept = delivery.body as Kept;
      if (kept.type === 'slack') await hand(delivery, kept.body);
      else await answers.give(kept.reply, kept.place);
    },
    async delayed(delivery, error) {
      const place = await placeOf(delivery);
      if (place !== null) await answers.whisper(said(`${LATER} ${whyOf(error)}`), place);
    },
    async gaveUp(delivery, error) {
      const place = await placeOf(delivery);
      if (place !== null) give(`${delivery.id}/failure`, { whisper: failure(error) }, place);
      forms.over(delivery.id);
    },
    patience: ({ body }) => ((body as Kept).type === 'answer' ? DAY : QUARTER),
  });

  const keep = (body: WireBody, asked: ReadDelivery): void => {
    const kept: Kept = { type: 'slack', body };
    lanes.take({ id: asked.id, lane: asked.lane, body: kept, at: asked.at ?? clock.now() });
    const { rest, place } = asked;
    if (place.thread !== null && asked.id.startsWith(`${place.channel}:`) && 'files' in rest)
      parts.kept(place.channel, place.thread, asked.id.slice(place.channel.length + 1));
  };

  return {
    lanes,
    async receive({ body, ack }) {
      const wire = body as WireBody;
      const asked = await read(wire);
      if (asked === null) {
        noticed(wire);
        return ack();
      }
      const answer = asked.rest.type === 'form' ? forms.expect(asked.id) : null;
      keep(wire, asked);
      // A form is closed, kept open or exchanged by its ack.
      if (answer === null) await ack();
      else await ack((await answer) as Parameters<ReceiverEvent['ack']>[0]);
    },
    async found(body) {
      const asked = await read(body);
      if (asked !== null) keep(body, asked);
    },
    async settle() {
      await lanes.settle();
      await Promise.all(homes);
    },
  };
}

const selfOf = (
  { command, people, isThread }: ReceiveParts,
  { botUserId, botId }: Identity,
): Self => ({ botUserId, botId, command, nameOf: people.nameOf, isThread });

const said = (text: string): ChatMessage => ({
  text,
  kind: 'post',
  blocks: [{ type: 'text', text }],
});

const LATER = "ao has what you did, can't check or do it right now, and keeps trying.";

const whyOf = (error: unknown): string =>
  error instanceof PluginError ? error.message : 'ao met an internal error; its log has more.';

const failure = (error: unknown): ChatMessage =>
  said(`That did not work. ${whyOf(error)} Nothing was done; please try again.`);
