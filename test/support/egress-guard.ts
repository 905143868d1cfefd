/**
 * Loaded before every test file: a connection or a name lookup that would leave the machine throws, and fails the test even when the
 * code under test swallows the error. Unix sockets and loopback go through.
 */
import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { afterEach } from 'vitest';

const LOOPBACK_NAMES = new Set(['localhost', 'ip6-localhost', '', 'localhost.localdomain']);
const attempts: string[] = [];

const isLoopback = (host: string): boolean => {
  const plain = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (LOOPBACK_NAMES.has(plain) || plain.endsWith('.localhost')) return true;
  return net.isIPv4(plain)
    ? plain.startsWith('127.') || plain === '0.0.0.0'
    : plain === '::1' || plain === '::' || plain.startsWith('::ffff:127.');
};

function refuse(what: string): never {
  attempts.push(what);
  throw new Error(`the egress guard stopped ${what}: tests may only talk to this machine`);
}

type ConnectTarget =
  | { host?: string | null; path?: string | null }
  | string
  | number
  | null
  | undefined;

/** `connect` is called as (options), (port, host), (path), or with node's own normalised array as the first argument. */
function hostOf(args: readonly unknown[]): string | null {
  const first = (Array.isArray(args[0]) ? args[0][0] : args[0]) as ConnectTarget;
  if (typeof first === 'object' && first !== null)
    return first.path ? null : (first.host ?? 'localhost');
  if (typeof first === 'number' || /^\d+$/.test(String(first)))
    return typeof args[1] === 'string' ? args[1] : 'localhost';
  return null;
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function guarded(this: net.Socket, ...args: unknown[]): net.Socket {
  const host = hostOf(args);
  if (host !== null && !isLoopback(host)) refuse(`a connection to ${host}`);
  return Reflect.apply(connect, this, args) as net.Socket;
} as typeof connect;

const send = dgram.Socket.prototype.send;
dgram.Socket.prototype.send = function guarded(this: dgram.Socket, ...args: unknown[]): void {
  const host = args.slice(1).find((arg) => typeof arg === 'string');
  if (typeof host === 'string' && !isLoopback(host)) refuse(`a datagram to ${host}`);
  Reflect.apply(send, this, args);
} as typeof send;

const guardLookup = (owner: object): void => {
  const lookups = owner as Record<string, (name: string, ...rest: unknown[]) => unknown>;
  for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveAny']) {
    const original = lookups[name];
    if (original === undefined) continue;
    lookups[name] = (host, ...rest) =>
      isLoopback(host) || net.isIP(host) > 0
        ? Reflect.apply(original, owner, [host, ...rest])
        : refuse(`a lookup of ${host}`);
  }
};
guardLookup(dns);
guardLookup(dns.promises);
syncBuiltinESMExports();

/** Takes what was stopped since the last call; for tests of the guard itself. */
export const stoppedAttempts = (): string[] => attempts.splice(0);

afterEach(() => {
  const stopped = stoppedAttempts();
  if (stopped.length > 0)
    throw new Error(`this test tried to leave the machine: ${stopped.join(', ')}`);
});
