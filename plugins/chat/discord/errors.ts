import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';
import {
  authFailed,
  notFound,
  PluginError,
  rejected,
  transient,
} from '../../../src/slots/errors.ts';

interface Known {
  readonly kind: 'not_found' | 'rejected' | 'auth' | 'transient';
  readonly words: string;
  /** Somebody can put it right at Discord, and the same call works then. */
  readonly mendable?: true;
}

const INVITE =
  'Invite ao again with the address that ao init discord prints, or give its role the permission in this channel.';
const EXPIRED = 'Discord waits 3 s for the first answer and keeps an interaction open for 15 min.';

/** Discord's JSON error codes: what they mean here and what to do. */
const KNOWN: Readonly<Record<number, Known>> = {
  10003: { kind: 'not_found', words: 'The channel or thread is gone, or ao cannot see it.' },
  10004: {
    kind: 'not_found',
    words: 'ao is not in this server. Invite it with the address that ao init discord prints.',
    mendable: true,
  },
  10007: { kind: 'not_found', words: 'This person is no longer in the server.' },
  10008: { kind: 'not_found', words: 'The message is gone; somebody deleted it.' },
  10013: { kind: 'not_found', words: 'There is no such person.' },
  10014: { kind: 'not_found', words: 'The reaction is not there.' },
  10015: { kind: 'not_found', words: EXPIRED },
  10062: { kind: 'not_found', words: EXPIRED },
  20028: { kind: 'transient', words: 'The channel is written to too fast.' },
  30046: { kind: 'transient', words: 'Messages older than an hour may not be edited so often.' },
  40060: { kind: 'rejected', words: 'The interaction was answered already.' },
  50001: { kind: 'rejected', words: `ao may not see this. ${INVITE}`, mendable: true },
  50005: { kind: 'rejected', words: 'The message is not one of ao.' },
  50007: { kind: 'rejected', words: 'This person takes no direct messages from the server.' },
  50013: { kind: 'rejected', words: `ao lacks a permission. ${INVITE}`, mendable: true },
  50027: { kind: 'not_found', words: EXPIRED },
  50083: { kind: 'rejected', words: 'The thread is archived.' },
  160005: { kind: 'rejected', words: 'The thread is locked.', mendable: true },
  160006: {
    kind: 'rejected',
    words: 'The server has as many active threads as Discord allows. Archive some.',
    mendable: true,
  },
};

/** Any failure of a call as the contract's error. Network failures and 5xx are transient: whether it was done is not known. */
export function toPluginError(call: string, error: unknown): PluginError {
  if (error instanceof PluginError) return error;
  if (error instanceof RateLimitError) {
    const wait = error.retryAfter || error.timeToReset;
    return transient(
      'AO_DISCORD_RATE',
      `Discord asks to wait ${Math.ceil(wait / 1000)} s before ${call}.`,
      { cause: error, retryAfter: wait },
    );
  }
  if (error instanceof DiscordAPIError) return fromApi(call, error);
  if (error instanceof HTTPError)
    return transient(
      'AO_DISCORD_DOWN',
      `Discord answered ${call} with HTTP ${error.status}. It is tried again.`,
      { cause: error },
    );
  return transient(
    'AO_DISCORD_DOWN',
    `Discord can't be reached for ${call}: ${reason(error)}. It is tried again.`,
    { cause: error },
  );
}

function fromApi(call: string, error: DiscordAPIError): PluginError {
  const code = `AO_DISCORD_${error.code}`;
  if (error.status === 401)
    return authFailed(
      'AO_DISCORD_TOKEN',
      'Discord does not take the token. Reset it in the Developer Portal (Bot > Reset Token) and put the new one into .env.',
      { cause: error },
    );
  const known: Known = KNOWN[Number(error.code)] ?? {
    kind: error.status === 404 ? 'not_found' : 'rejected',
    words: error.message,
  };
  const message = `Discord refused ${call} (${error.code}). ${known.words}`;
  if (known.kind === 'transient')
    return transient(code, message, { cause: error, retryAfter: 20_000 });
  return { not_found: notFound, rejected, auth: authFailed }[known.kind](code, message, {
    cause: error,
    ...(known.mendable === undefined ? {} : { mendable: true }),
  });
}

/** Discord answered with this very code. */
export const isDiscordError = (error: unknown, ...codes: readonly number[]): boolean =>
  error instanceof PluginError && codes.some((code) => error.code === `AO_DISCORD_${code}`);

/** Discord does not take the message as it is written, or what is attached; said otherwise it may. */
export const isRefusedContent = (error: unknown): boolean =>
  isDiscordError(error, 50035, 50006, 50109, 40005, 50045, 50046);

/** Nothing was done: the request was refused, or never sent. */
export const isDefinite = (error: PluginError): boolean =>
  error.kind !== 'transient' || error.code !== 'AO_DISCORD_DOWN';

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return error.message === '' ? cause || error.name : error.message;
}
