import type { ActivityFact } from '../../../src/domain/session/facts.ts';
import type { Clock } from '../../../src/lib/clock.ts';

const SCREEN_LINES = 60;
const DETAIL_CHARS = 200;

/** Activity of a program that says nothing: a screen that changes is work, one that rests is a turn's end. */
export interface ScreenActivity {
  /** Latest state; null before the first look. */
  state(): 'active' | 'ready' | null;
  close(): void;
}

export interface ScreenHost {
  readonly capture: (lines: number) => Promise<string>;
  readonly clock: Clock;
  readonly quietMs: number;
  /** False as soon as the program speaks the protocol: then the screen isn't looked at any more. */
  readonly needed: () => boolean;
  readonly changed: (fact: ActivityFact) => void;
}

export function watchScreen(host: ScreenHost): ScreenActivity {
  const { clock, quietMs } = host;
  let screen: string | null = null;
  let changedAt = clock.now();
  let current: 'active' | 'ready' | null = null;
  let since = changedAt;
  let closed = false;
  let timer: { cancel(): void } | null = null;

  const become = (state: 'active' | 'ready', now: number): void => {
    if (state === current) return;
    current = state;
    since = now;
    host.changed({
      state,
      source: 'terminal',
      detail: lastLine(screen ?? ''),
      resetAt: null,
      since,
      at: now,
    });
  };

  const look = async (): Promise<void> => {
    const seen = await host.capture(SCREEN_LINES);
    if (closed || !host.needed()) return;
    const now = clock.now();
    if (seen !== screen) {
      const first = screen === null;
      screen = seen;
      changedAt = now;
      if (!first) become('active', now);
    } else if (now - changedAt >= quietMs && seen.trim() !== '') {
      become('ready', now);
    }
  };

  const again = (): void => {
    if (closed || !host.needed()) return;
    timer = clock.after(Math.max(25, Math.floor(quietMs / 3)), () => {
      // A failed look is no fact; the runtime's own observer tells when the terminal is gone.
      look().then(again, again);
    });
  };
  again();

  return {
    state: () => current,
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}

const lastLine = (screen: string): string | null =>
  screen
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.trim()
    .slice(0, DETAIL_CHARS) ?? null;
