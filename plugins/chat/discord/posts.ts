import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type APIMessage, type RawFile, Routes } from 'discord.js';
import { PluginError } from '../../../src/slots/errors.ts';
import type { Api } from './api.ts';
import { isDefinite, isRefusedContent } from './errors.ts';
import { idAt, nonceOf } from './ids.ts';
import { LIMITS } from './limits.ts';
import type { Records } from './records.ts';
import type { MessageBody, Rendered } from './render/message.ts';
import { plainBody } from './render/plain.ts';

/** Clocks of Discord and this machine may differ by this, ms. */
const SKEW = 60_000;
/** How far back an in-doubt message is looked for, in pages of 100. */
const PAGES = 5;

export interface SentMessage {
  readonly channel: string;
  readonly message: string;
  /** Set when it is the root of a thread to be. */
  readonly title?: string;
}

/**
 * Messages that are made once for a key. What is known: the answer of Discord, and the bot's own message coming back over
 * the gateway with its nonce (Discord does not give nonces with fetched messages). Without either, the key is in doubt:
 * then the channel's history since the try is searched for a message of ours with the same words that no other key made.
 * A repeat within a few minutes is also safe by the enforced nonce.
 */
export interface Posts {
  once(key: string, channel: string, rendered: Rendered, title?: string): Promise<SentMessage>;
  /** What a former try made. */
  find(key: string): Promise<SentMessage | null>;
  edit(channel: string, message: string, rendered: Rendered): Promise<void>;
}

export function createPosts({
  api,
  records,
  now,
  self,
}: {
  api: Api;
  records: Records;
  now: () => number;
  self: () => Promise<string>;
}): Posts {
  const search = async (nonce: string): Promise<SentMessage | null> => {
    const tried = records.tried(nonce);
    if (tried === null || tried.kind !== 'message') return null;
    const me = await self();
    let after = idAt(tried.at - SKEW);
    for (let page = 0; page < PAGES; page += 1) {
      const batch = await api.get<APIMessage[]>(Routes.channelMessages(tried.channel), {
        query: { after, limit: String(LIMITS.historyPage) },
      });
      const oldestFirst = batch.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
      const ours = oldestFirst.find(
        (message) =>
          message.author.id === me &&
          !records.isClaimed(message.id) &&
          printOf(message) === tried.print,
      );
      if (ours !== undefined) {
        const sent = { channel: tried.channel, message: ours.id };
        records.setPosted(nonce, sent);
        return { ...sent, ...(tried.title === undefined ? {} : { title: tried.title }) };
      }
      const newest = oldestFirst.at(-1);
      if (newest === undefined || batch.length < LIMITS.historyPage) return null;
      after = newest.id;
    }
    return null;
  };

  const find: Posts['find'] = async (key) => {
    const known = records.posted(key);
    return known ?? search(nonceOf(key));
  };

  return {
    find,
    async once(key, channel, rendered, title) {
      const former = await find(key);
      if (former !== null) return former;
      const nonce = nonceOf(key);
      keepConfirms(records, rendered);
      try {
        const made = await inWordsThatPass(rendered, (body, files) => {
          records.setTried(nonce, {
            at: now(),
            channel,
            kind: 'message',
            print: printOf(body),
            ...(title === undefined ? {} : { title }),
          });
          return api.post<APIMessage>(Routes.channelMessages(channel), {
            body: { ...body, nonce, enforce_nonce: true },
            files: [...files],
          });
        });
        const sent = { channel, message: made.id };
        records.setPosted(nonce, sent);
        return sent;
      } catch (error) {
        if (error instanceof PluginError && isDefinite(error)) records.notTried(nonce);
        throw error;
      }
    },
    async edit(channel, message, rendered) {
      keepConfirms(records, rendered);
      await inWordsThatPass(rendered, (body, files) =>
        api.patch(Routes.channelMessage(channel, message), { body, files: [...files] }),
      );
    },
  };
}

/**
 * Says it as it should look; where Discord refuses how it is written, in plain text, and in the end without its files, which is
 * said. Any other refusal is the caller's.
 */
async function inWordsThatPass<T>(
  rendered: Rendered,
  say: (body: MessageBody, files: readonly RawFile[]) => Promise<T>,
): Promise<T> {
  const files = await allFiles(rendered);
  const refused = (error: unknown): void => {
    if (!isRefusedContent(error)) throw error;
  };
  try {
    return await say(rendered.body, files);
  } catch (error) {
    refused(error);
  }
  const plain = plainBody(rendered.body);
  try {
    return await say(plain, files);
  } catch (error) {
    if (files.length === 0) throw error;
    refused(error);
  }
  const note = '\n-# Discord does not take the files of this message.';
  const content = plain.content.slice(0, LIMITS.content - note.length) + note;
  return say({ ...plain, content }, []);
}

export function keepConfirms(records: Records, rendered: Pick<Rendered, 'confirms'>): void {
  for (const [action, confirm] of rendered.confirms) records.keepConfirm(action, confirm);
}

export async function allFiles(rendered: Pick<Rendered, 'files' | 'images'>): Promise<RawFile[]> {
  const images = await Promise.all(
    rendered.images.map(async (path) => ({ name: basename(path), data: await readFile(path) })),
  );
  return [...rendered.files, ...images].slice(0, LIMITS.files);
}

/** Discord trims what it is given. */
function printOf(
  message:
    | (Pick<APIMessage, 'content'> & {
        embeds: readonly { description?: string | undefined }[];
        components?: APIMessage['components'] | undefined;
      })
    | MessageBody,
): string {
  const ids = JSON.stringify(message.components ?? []).match(/"custom_id":"[^"]*"/g) ?? [];
  return [
    message.content.trim(),
    message.embeds.map((embed) => embed.description?.trim() ?? '').join(),
    ids.join(),
  ].join('\u0000');
}
