import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup as resolve } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

const blocks = (...ranges: ReadonlyArray<readonly [string, number]>): BlockList => {
  const list = new BlockList();
  for (const [net, prefix] of ranges)
    list.addSubnet(net, prefix, net.includes(':') ? 'ipv6' : 'ipv4');
  return list;
};

const LOOPBACK = blocks(['127.0.0.0', 8], ['::1', 128]);
/** Somebody's own network; taken where the configuration says so. */
const PRIVATE = blocks(
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['fc00::', 7],
);
/** Nothing that takes notifications: this host, its links and their metadata services, many at once, translations. */
const NEVER = blocks(
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  // Metadata services outside of it: Azure, Alibaba.
  ['168.63.129.16', 32],
  ['100.100.100.200', 32],
  ['192.0.0.0', 24],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  // Metadata services: Amazon, Google.
  ['fd00:ec2::', 32],
  ['fd20:ce::', 32],
  ['fe80::', 10],
  ['ff00::', 8],
);

const inside = (list: BlockList, address: string): boolean =>
  list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
const bareHost = (url: string): string =>
  new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
const isLocalName = (host: string): boolean =>
  host === 'localhost' || (isIP(host) !== 0 && inside(LOOPBACK, host));

/** What DNS answered is no place for notifications. */
export class RefusedAddress extends Error {}

export interface Reach {
  /** Addresses of a private network, and plain HTTP to them. */
  readonly privateNetwork: boolean;
}

/** Why ao doesn't connect there; null: it does. `host`: what the configuration names, `address`: what DNS makes of it now. */
export function refusalOf(host: string, address: string, { privateNetwork }: Reach): string | null {
  if (inside(NEVER, address)) return `${address} is a link-local, metadata or special address`;
  if (inside(LOOPBACK, address) && !isLocalName(host) && !privateNetwork)
    return `${host} leads to this machine`;
  if (inside(PRIVATE, address) && !privateNetwork)
    return `${address} is in a private network, which privateNetwork: true would allow`;
  return null;
}

/** Where notifications may be posted to, as far as the address itself tells: https, or plain HTTP on this machine. */
export const postAddress = z.url({ protocol: /^https?$/ });

/** For the schema of a notifier with `privateNetwork`. */
export const privateNetwork = z
  .boolean()
  .default(false)
  .describe('Allow plain HTTP and addresses of a private network');

/** What is wrong with an address before anybody is asked about its name; null: nothing. */
export function addressProblem(url: string, reach: Reach): string | null {
  const host = bareHost(url);
  if (new URL(url).protocol !== 'https:' && !isLocalName(host) && !reach.privateNetwork)
    return 'must be https outside of this machine (privateNetwork: true allows http)';
  return isIP(host) === 0 ? null : refusalOf(host, host, reach);
}

/** For the schema of a notifier: what the address itself tells is told when the configuration is read. */
export const checkAddress =
  <K extends string>(key: K) =>
  (config: Readonly<Record<K, string>> & Reach, context: z.RefinementCtx): void => {
    const message = URL.canParse(config[key]) ? addressProblem(config[key], config) : null;
    if (message !== null) context.addIssue({ code: 'custom', path: [key], message });
  };

type Done = (error: Error | null, addresses: LookupAddress[] | string, family?: number) => void;

/** A lookup for the connection itself, so that what was checked is what is connected to, whatever DNS says the next time. */
export const guardedLookup =
  (reach: Reach, ask: typeof resolve = resolve) =>
  (host: string, options: LookupOptions, done: Done): void =>
    ask(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, []);
      const refused = addresses
        .map(({ address }) => refusalOf(host, address, reach))
        .find((why) => why !== null);
      if (refused !== undefined) return done(new RefusedAddress(refused), []);
      const [first] = addresses;
      if (options.all === true || first === undefined) return done(null, addresses);
      return done(null, first.address, first.family);
    });
