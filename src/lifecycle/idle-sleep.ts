import { type ChildProcess, spawn } from 'node:child_process';
import type { Snapshot } from '../domain/session/session.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../slots/plugin.ts';
import type { Dispatch } from './dispatch.ts';

export interface IdleSleepParts {
  readonly dispatch: Dispatch;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Asked at every change, so that a reloaded configuration counts. */
  readonly enabled: () => boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly platform?: NodeJS.Platform;
}

/** Between two turns nobody falls asleep. */
const LINGER = 60_000;

/**
 * The program that keeps the machine awake for as long as `cat` runs, which is as long as ao holds its end of the pipe: should ao be killed,
 * the machine may sleep again. Null: this system has none.
 */
function awakeCommand(platform: NodeJS.Platform): readonly [string, ...string[]] | null {
  if (platform === 'darwin') return ['caffeinate', '-i', 'cat'];
  if (platform === 'linux')
    return [
      'systemd-inhibit',
      '--what=idle:sleep',
      '--who=ao',
      '--why=agents are working',
      '--mode=block',
      'cat',
    ];
  return null;
}

/** Keeps the machine from idle sleep while agents work. */
export function createIdleSleep(parts: IdleSleepParts): { start(): void; stop(): void } {
  const { dispatch, clock, logger } = parts;
  const command = awakeCommand(parts.platform ?? process.platform);
  let child: ChildProcess | null = null;
  let lingering: { cancel(): void } | null = null;
  let off: (() => void) | null = null;
  let isBroken = false;

  const hold = (): void => {
    lingering?.cancel();
    lingering = null;
    if (child !== null || command === null || isBroken) return;
    const [program, ...args] = command;
    const holder = spawn(program, args, {
      env: { ...parts.env },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const ended = (why: string): void => {
      if (child !== holder) return;
      child = null;
      // Once is enough: without a session bus it would fail again at every turn.
      isBroken = true;
      logger.warn({ program }, `the machine can't be kept awake: ${why}`);
    };
    holder.on('error', (error) => ended(error.message));
    holder.on('exit', (code) => ended(`${program} ended with code ${code ?? 'unknown'}`));
    holder.stdin?.on('error', () => {});
    child = holder;
  };

  const release = (): void => {
    lingering = null;
    const holder = child;
    child = null;
    holder?.stdin?.end();
  };

  const look = (): void => {
    if (parts.enabled() && dispatch.live().some(isAtWork)) return hold();
    if (child !== null && lingering === null) lingering = clock.after(LINGER, release);
  };

  return {
    start() {
      off = dispatch.onChange(look);
      look();
    },
    stop() {
      off?.();
      lingering?.cancel();
      release();
    },
  };
}

/** Being made, or in the middle of a turn. */
const isAtWork = ({ session, facts }: Snapshot): boolean =>
  session.stage === 'preparing' ||
  session.stage === 'launching' ||
  (session.stage === 'running' && facts.activity?.state === 'active');
