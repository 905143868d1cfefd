/**
 * The brain of the fake model servers. The last human message is the script, so the servers keep no state and any
 * number of agents can share one. Lines of that message:
 *
 *     RUN: <shell line>           a shell tool call
 *     BOTH:                       the next two tool calls come in one answer
 *     WRITE: <path> | <content>   a call of the tool that writes files
 *     TOOL: <name> <json>         any other tool call
 *     SLEEP: <ms>                 wait before the next step
 *     SLOW: <ms>                  stream the final text over this time
 *     ERROR: <status> [message]   answer with this HTTP status instead of the final text
 *     LIMIT: <epoch seconds> [of]  a usage limit of the account is reached until then: `five_hour`, `seven_day_opus` ...
 *     SAY: <text>                 the final text
 *
 * Step n is due when the conversation holds n tool results after that message.
 */
export type Step =
  | Call
  | {
      readonly type: 'error';
      readonly status: number;
      readonly message: string;
      readonly sleep: number;
    }
  | {
      readonly type: 'limit';
      readonly resetAt: number;
      /** Which of the account's limits, as Anthropic's servers name it. */
      readonly of: string;
      readonly sleep: number;
    }
  | { readonly type: 'say'; readonly text: string; readonly slow: number; readonly sleep: number };

interface Rest {
  readonly sleep: number;
  /** Called in the same answer. */
  readonly also?: Call;
}

/** A tool call. */
export type Call =
  | (Rest & { readonly type: 'run'; readonly command: string })
  | (Rest & { readonly type: 'write'; readonly path: string; readonly content: string })
  | (Rest & {
      readonly type: 'tool';
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
    });

export function nextStep(script: string, results: number): Step {
  const steps: Call[] = [];
  let pair: number | null = null;
  let sleep = 0;
  let slow = 0;
  let last: Step | null = null;
  let say: string | null = null;
  const take = (): number => {
    const ms = sleep;
    sleep = 0;
    return ms;
  };
  for (const line of script.split('\n')) {
    const match = /^\s*(RUN|BOTH|WRITE|TOOL|SLEEP|SLOW|ERROR|LIMIT|SAY):\s*(.*)$/.exec(line);
    if (match === null) continue;
    const rest = (match[2] ?? '').trim();
    if (match[1] === 'RUN') steps.push({ type: 'run', command: rest, sleep: take() });
    else if (match[1] === 'BOTH') pair = steps.length;
    else if (match[1] === 'WRITE')
      steps.push({ type: 'write', ...splitWrite(rest), sleep: take() });
    else if (match[1] === 'TOOL') steps.push({ type: 'tool', ...splitTool(rest), sleep: take() });
    else if (match[1] === 'SLEEP') sleep = Number(rest);
    else if (match[1] === 'SLOW') slow = Number(rest);
    else if (match[1] === 'ERROR')
      last = {
        type: 'error',
        status: Number.parseInt(rest, 10),
        message: rest.replace(/^\d+\s*/, '') || 'fake error',
        sleep: take(),
      };
    else if (match[1] === 'LIMIT') {
      const [resetAt, of = 'five_hour'] = rest.split(/\s+/);
      last = { type: 'limit', resetAt: Number(resetAt), of, sleep: take() };
    } else say = rest;
  }
  const [first, second] = pair === null ? [] : steps.slice(pair);
  if (pair === results && first !== undefined && second !== undefined)
    return { ...first, also: second };
  return (
    steps[results] ??
    last ?? { type: 'say', text: say ?? `OK: ${script.trim().slice(0, 60)}`, slow, sleep }
  );
}

function splitWrite(rest: string): { path: string; content: string } {
  const bar = rest.indexOf('|');
  return { path: rest.slice(0, bar).trim(), content: `${rest.slice(bar + 1).trim()}\n` };
}

function splitTool(rest: string): { name: string; input: Readonly<Record<string, unknown>> } {
  const space = rest.indexOf(' ');
  return { name: rest.slice(0, space), input: JSON.parse(rest.slice(space + 1)) };
}

export const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
