import { type Clock, pause } from '../../../src/lib/clock.ts';
import type { AgentTerminal, Delivery } from '../../../src/slots/agent.ts';

/** How often Enter is pressed, and how long the input may take to let the text go, ms. */
const PRESSES = 3;
const LETS_GO = 1000;
const LOOK_EVERY = 25;

export interface SubmitSetting {
  readonly terminal: AgentTerminal;
  readonly clock: Clock;
  /** Why Enter must not be pressed at this moment; null when it may. */
  readonly refusal: () => Delivery | null;
  /** The input still shows the text, and nothing tells that the agent took it. */
  readonly isStillThere: () => Promise<boolean>;
  /** Proof is there that the agent took the text. */
  readonly isAccepted: () => boolean;
}

/**
 * Submits what is in the input. Pressed once is not submitted: a list of completions or a notice takes
 * the key in place of the input, so the input is looked at until it lets the text go.
 */
export async function pressEnter(setting: SubmitSetting): Promise<Delivery> {
  for (let presses = 0; presses < PRESSES; presses += 1) {
    const refused = setting.refusal();
    if (refused !== null) return refused;
    await setting.terminal.keys(['Enter']);
    if (await letsGo(setting)) return { type: 'typed', accepted: setting.isAccepted() };
  }
  return {
    type: 'deferred',
    reason: "Enter does not submit the text in the agent's input; its key bindings may differ",
  };
}

async function letsGo({ clock, isStillThere }: SubmitSetting): Promise<boolean> {
  const until = clock.now() + LETS_GO;
  while (await isStillThere()) {
    if (clock.now() >= until) return false;
    await pause(clock, LOOK_EVERY);
  }
  return true;
}

/** What a person typed into an input that shows `text` and more; `text` is taken out where it is found. */
export function besides(shown: string, text: string): string {
  const place = shown.indexOf(text);
  if (place !== -1) return (shown.slice(0, place) + shown.slice(place + text.length)).trim();
  const rest: string[] = [];
  let found = 0;
  for (const character of shown.replace(/\s+/g, ' ')) {
    while (/\s/.test(text[found] ?? '')) found += 1;
    if (text.startsWith(character, found)) found += character.length;
    else rest.push(character);
  }
  return rest.join('').trim();
}
