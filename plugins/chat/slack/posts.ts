import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Clock } from '../../../src/lib/clock.ts';
import type { ChatMessage, MessageRef, ThreadRef } from '../../../src/slots/chat.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import type { SlackApi } from './api.ts';
import { isSlackError } from './errors.ts';
import { Lru } from './lru.ts';
import type { Rendered } from './render/message.ts';
import { inWordsThatPass, type Written, writtenFor } from './words.ts';

/** Names ao's posts in their metadata, so that one in doubt can be found. */
const EVENT = 'ao_post';
/** A post in doubt is looked for at most this far back, ms, and in so many pages. */
const LOOK_BACK = 7 * 86_400_000;
const PAGES = 20;
const PAGE = 100;

export interface Posts {
  /** `thread` null: in the channel itself. The same key again posts nothing and gives the same reference. */
  post(
    where: { channel: string; thread: string | null },
    message: ChatMessage,
    key: string,
  ): Promise<MessageRef>;
  update(ref: MessageRef, message: ChatMessage): Promise<void>;
  lookup(
    where: { channel: string; thread: string | null },
    key: string,
  ): Promise<MessageRef | null>;
  hasThread(thread: Pick<ThreadRef, 'channel' | 'root'>): Promise<boolean>;
}

interface WirePost {
  readonly ts: string;
  readonly thread_ts?: string;
  readonly metadata?: {
    readonly event_type?: string;
    readonly event_payload?: { readonly key?: string };
  };
}

/** What became of a key in this process; what another process did is looked up at Slack. */
type Fate = { readonly made: MessageRef; readonly filesDue: boolean } | 'not made';

export function createPosts(parts: {
  api: SlackApi;
  clock: Clock;
  platform: string;
  mentions: (subjects: readonly string[]) => readonly string[];
}): Posts {
  const { api, clock, platform } = parts;
  const fates = new Lru<Fate>(5_000);

  const refOf = (channel: string, thread: string | null, ts: string): MessageRef => ({
    platform,
    channel,
    thread: thread ?? ts,
    message: ts,
  });
  const written = (message: ChatMessage): Written => writtenFor(message, parts.mentions);

  const send = async (
    where: { channel: string; thread: string | null },
    message: Written,
    key: string,
  ): Promise<MessageRef> => {
    const { channel, thread } = where;
    try {
      const { ts } = (await inWordsThatPass(message, (said, isLast) =>
        api.call('post', 'chat.postMessage', {
          channel,
          ...(thread === null ? {} : { thread_ts: thread }),
          ...said,
          unfurl_links: false,
          unfurl_media: false,
          // Without it a post in doubt can't be found; better so than not said at all.
          ...(isLast ? {} : { metadata: { event_type: EVENT, event_payload: { key } } }),
        }),
      )) as { ts: string };
      return refOf(channel, thread, ts);
    } catch (error) {
      // A refusal is certain; without an answer it is not known, and a later try has to look first.
      if (
        error instanceof PluginError &&
        (error.kind !== 'transient' || error.code === 'AO_SLACK_RATE')
      )
        fates.set(key, 'not made');
      else fates.delete(key);
      throw error;
    }
  };

  const attach = async (ref: MessageRef, shown: Rendered): Promise<void> => {
    const files = await allFiles(shown);
    if (files.length > 0) await api.upload({ channel: ref.channel, thread: ref.thread }, files);
  };

  return {
    async post(where, message, key) {
      const fate = fates.get(key);
      const shown = written(message);
      const known = typeof fate === 'object' ? fate : null;
      const made = known?.made ?? (await send(where, shown, key));
      const filesDue = known?.filesDue ?? shown.whole.files.length + shown.whole.images.length > 0;
      fates.set(key, { made, filesDue });
      if (filesDue) {
        await attach(made, shown.whole);
        fates.set(key, { made, filesDue: false });
      }
      return made;
    },

    async update(ref, message) {
      await inWordsThatPass(written(message), (said) =>
        api.call('edit', 'chat.update', {
          channel: ref.channel,
          ts: ref.message,
          // Without blocks Slack would leave the old ones.
          blocks: [],
          ...said,
        }),
      );
    },

    async hasThread({ channel, root }) {
      try {
        const told = (await api.call('read', 'conversations.replies', {
          channel,
          ts: root,
          limit: 1,
        })) as { messages?: ReadonlyArray<{ subtype?: string }> };
        // What is left of a deleted message that people had replied to.
        return told.messages?.[0]?.subtype !== 'tombstone';
      } catch (error) {
        if (isSlackError(error, 'thread_not_found', 'message_not_found', 'invalid_thread_ts'))
          return false;
        throw error;
      }
    },

    async lookup({ channel, thread }, key) {
      const fate = fates.get(key);
      if (fate === 'not made') return null;
      // With files still due the post is to be made again: it posts nothing twice, and sends the files.
      if (fate !== undefined) return fate.filesDue ? null : fate.made;
      const found = await search(channel, thread, key);
      return found === null ? null : refOf(channel, thread, found);
    },
  };

  async function search(
    channel: string,
    thread: string | null,
    key: string,
  ): Promise<string | null> {
    const common = { channel, limit: PAGE, include_all_metadata: true };
    let cursor: string | undefined;
    for (let page = 0; page < PAGES; page += 1) {
      const args = { ...common, ...(cursor === undefined ? {} : { cursor }) };
      const told = (
        thread === null
          ? await api.call('read', 'conversations.history', {
              ...args,
              oldest: String((clock.now() - LOOK_BACK) / 1000),
            })
          : await api.call('read', 'conversations.replies', { ...args, ts: thread })
      ) as { messages?: readonly WirePost[]; response_metadata?: { next_cursor?: string } };
      const hit = (told.messages ?? []).find(
        (message) =>
          message.metadata?.event_type === EVENT && message.metadata.event_payload?.key === key,
      );
      if (hit !== undefined) return hit.ts;
      cursor = told.response_metadata?.next_cursor;
      if (cursor === undefined || cursor === '') return null;
    }
    return null;
  }
}

/** All that goes beside a message, its pictures read from where they are. */
export async function allFiles(
  shown: Rendered,
): Promise<ReadonlyArray<{ name: string; content: string | Uint8Array; alt?: string }>> {
  const images = await Promise.all(
    shown.images.map(async ({ file, alt }) => ({
      name: basename(file),
      content: new Uint8Array(await readFile(file)),
      alt,
    })),
  );
  return [...shown.files, ...images];
}
