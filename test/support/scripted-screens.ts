import type { AgentTerminal } from '../../src/slots/agent.ts';

/** A terminal whose n-th look finds `screens[n]`, the last of them for ever; an error is thrown. What is typed goes nowhere. */
export function scriptedScreens(screens: ReadonlyArray<string | Error>): {
  readonly terminal: AgentTerminal;
  looks(): number;
} {
  let looks = 0;
  return {
    looks: () => looks,
    terminal: {
      write: async () => undefined,
      keys: async () => undefined,
      async capture() {
        const screen = screens[Math.min(looks, screens.length - 1)] ?? '';
        looks += 1;
        if (screen instanceof Error) throw screen;
        return screen;
      },
    },
  };
}
