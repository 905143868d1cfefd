import type { Clock, Millis } from '../../../src/lib/clock.ts';
import type { AgentTerminal } from '../../../src/slots/agent.ts';

const LOOK_EVERY = 1000;
const SCREEN_LINES = 40;

/** Pages of Claude Code 2.1.332 that come before its first message; no status is written while one is open. */
const PAGES: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /^\s*New MCP servers? found in this project/m,
    'asks whether the MCP servers of .mcp.json may be used',
  ],
  [
    /^\s*Allow external CLAUDE\.md file imports\?/m,
    'asks whether CLAUDE.md may import files from outside the project',
  ],
  [
    /^\s*Detected a custom API key in your environment/m,
    'asks whether the API key of its environment may be used',
  ],
  [
    /^\s*Choose the text style that looks best/m,
    'shows its first-run pages, because it was never started on this machine',
  ],
  [/^\s*Settings Error\s*$/m, 'found an error in a settings file'],
  [/^\s*Select login method|^\s*Choose how to (?:sign|log) in/m, 'asks to log in'],
  [
    /^\s*Quick safety check|^\s*Do you trust the files in this folder/m,
    'asks for trust in the folder',
  ],
  [/^\s*WARNING: .*Bypass Permissions mode/m, 'asks to accept its mode without permissions'],
];
/** The foot of any page with choices. */
const CHOICES = /^\s*Enter to confirm · Esc to /m;

/** What Claude Code asks before it takes its first message, with what to do; null when it asks nothing. */
export function startPage(screen: string): string | null {
  const known = PAGES.find(([page]) => page.test(screen))?.[1];
  const asks = known ?? (CHOICES.test(screen) ? 'asks something before it starts' : undefined);
  return asks === undefined
    ? null
    : `Claude Code ${asks}. Open its terminal and answer there; it continues with its task then.`;
}

export interface StartPagesSetting {
  readonly terminal: AgentTerminal;
  readonly clock: Clock;
  /** The program has written a status, has ended, or is not watched any more. */
  readonly isOver: () => boolean;
  /** `page`: what it asks; null when that page is gone. */
  readonly tell: (page: string | null, since: Millis) => void;
}

/** Looks at the screen once a second until the program is ready, and tells what keeps it. */
export function watchStartPages(setting: StartPagesSetting): { cancel(): void } {
  let told: string | null = null;
  let next: { cancel(): void } | null = null;
  const look = async (): Promise<void> => {
    const page = startPage(await setting.terminal.capture(SCREEN_LINES));
    if (setting.isOver() || page === told) return;
    told = page;
    setting.tell(page, setting.clock.now());
  };
  const schedule = (): void => {
    if (setting.isOver()) return;
    next = setting.clock.after(LOOK_EVERY, () => {
      if (setting.isOver()) return;
      // A look that failed is one of many; that a terminal is gone is told by the runtime.
      void look()
        .catch(() => undefined)
        .then(schedule);
    });
  };
  schedule();
  return { cancel: () => next?.cancel() };
}
