import type { Clock } from '../lib/clock.ts';
import type { ChatReply, ChatUser } from '../slots/chat.ts';
import type { Logger } from '../slots/context.ts';
import { PluginError } from '../slots/errors.ts';
import type { Delivery, Inbox } from '../slots/inbox.ts';
import { createInboxLanes } from '../slots/inbox-lanes.ts';
import type { ChatInputBody } from '../slots/web-chat-input.ts';

interface Kept {
  readonly input: ChatInputBody;
  readonly user: ChatUser;
}

export interface WebInbox {
  /** Keeps what a person did, deals with it in its turn, and gives the private answer; throws what it failed with at first. */
  take(input: ChatInputBody, user: ChatUser): Promise<ChatReply>;
  /** Deals with what an earlier process left. */
  resume(): void;
  stop(): Promise<void>;
}

/**
 * The page has its answer from the request itself. Somebody who closed the page, or whose bot died meanwhile, sent it all the same:
 * it is dealt with, and what can't be done is told in the thread.
 */
export function createWebInbox(parts: {
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly logger: Logger;
  deal(input: ChatInputBody, user: ChatUser, at: number): Promise<ChatReply>;
  tell(subject: string, where: Pick<ChatInputBody, 'channel' | 'thread'>, text: string): void;
}): WebInbox {
  const { clock } = parts;
  /** Requests that wait for their answer. */
  const waiting = new Map<string, PromiseWithResolvers<ChatReply>>();

  const deal = async ({ id, body, at }: Delivery): Promise<void> => {
    const { input, user } = body as Kept;
    const request = waiting.get(id);
    waiting.delete(id);
    try {
      const reply = await parts.deal(input, user, at);
      request?.resolve(reply);
    } catch (error) {
      request?.reject(error);
      // A refusal is the answer of the request; whoever is not there any more is told otherwise.
      const isAnswer = error instanceof PluginError && error.kind !== 'transient';
      if (request === undefined || !isAnswer) throw error;
    }
  };
  const told = async ({ body }: Delivery, words: string): Promise<void> => {
    const { input, user } = body as Kept;
    parts.tell(user.subject, { channel: input.channel, thread: input.thread }, words);
  };
  const lanes = createInboxLanes({
    ...parts,
    work: deal,
    delayed: (delivery, error) =>
      told(delivery, `ao has what you did, can't do it right now, and keeps trying. ${why(error)}`),
    gaveUp: (delivery, error) =>
      told(delivery, `That did not work. ${why(error)} Nothing was done; please try again.`),
  });

  return {
    resume: () => lanes.resume(),
    async stop() {
      lanes.stop();
      await lanes.settle();
    },
    take(input, user) {
      // Another person's delivery of the same name is another one.
      const id = `${user.subject} ${input.delivery}`;
      const under = waiting.get(id);
      if (under !== undefined) return under.promise;
      const request = Promise.withResolvers<ChatReply>();
      waiting.set(id, request);
      const at = clock.now();
      if (lanes.take({ id, lane: laneOf(input, id), at, body: { input, user } satisfies Kept }))
        return request.promise;
      waiting.delete(id);
      return parts.deal(input, user, at);
    },
  };
}

/** What is said in a thread keeps its order; a press, a form and a command elsewhere keep nobody waiting. */
const laneOf = (input: ChatInputBody, id: string): string =>
  input.thread !== null && input.type !== 'action' && input.type !== 'form'
    ? `thread:${input.thread}`
    : `own:${id}`;

const why = (error: unknown): string =>
  error instanceof PluginError ? error.message : 'ao met an internal error; its log has more.';
