import type { Context } from 'hono';
import type { Env } from '../env.ts';

export const remoteAddress = (c: Context<Env>): string =>
  c.env?.incoming?.socket.remoteAddress ?? 'unknown';

/** Whom requests are counted for: an IPv4 address, or the /64 network of an IPv6 one, of which one machine has all addresses. */
export const sourceOf = (c: Context<Env>): string => networkOf(remoteAddress(c));

export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':') || address === '::1') return address;
  const [before = '', after] = address.replace(/%.*$/, '').split('::');
  const head = before.split(':').filter((group) => group !== '');
  const tail = (after ?? '').split(':').filter((group) => group !== '');
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  const groups = [...head, ...Array<string>(zeros).fill('0'), ...tail];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
