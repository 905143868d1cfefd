import type { Millis } from '../../../src/domain/session/time.ts';
import { spokenTime } from '../../../src/lib/spoken-time.ts';
import { type TranscriptLine, transcriptSchema } from './schema.ts';
import { toolSummary } from './tool-summary.ts';

/** What a line of the transcript says about the conversation. */
export type TranscriptItem =
  /** `queued`: it waits for the end of the turn; the same text comes once more when the agent takes it. */
  | {
      readonly type: 'prompt';
      readonly text: string;
      readonly at: Millis;
      readonly queued: boolean;
    }
  | { readonly type: 'said'; readonly text: string; readonly at: Millis }
  | { readonly type: 'tool'; readonly summary: string; readonly at: Millis }
  /** `text`: what the program wrote for it, which a person may quote. */
  | { readonly type: 'interrupted'; readonly text: string; readonly at: Millis }
  | { readonly type: 'failed'; readonly failure: Failure; readonly at: Millis }
  | { readonly type: 'turn_end'; readonly at: Millis };

export type Failure =
  | { readonly type: 'error'; readonly text: string }
  | { readonly type: 'limited'; readonly text: string; readonly resetAt: Millis | null };

/** User lines the program writes itself: notices of background tasks, its own commands and their output. */
const NOTICE =
  /^\s*<(task-notification|command-name|command-message|local-command|bash-input|bash-stdout|bash-stderr|system-reminder|user-memory-input)/;
const INTERRUPTED = /^\[Request interrupted by user/;

/** Not a person's words but the program's own, although they come as a user's. */
export const isNotice = (text: string): boolean => NOTICE.test(text);

/** Null for lines this plugin doesn't know. */
export function parseTranscriptLine(value: unknown): TranscriptLine | null {
  return transcriptSchema.safeParse(value).data ?? null;
}

export function transcriptItems(line: TranscriptLine, now: Millis): readonly TranscriptItem[] {
  const parsed = Date.parse(line.timestamp ?? '');
  const at = Number.isNaN(parsed) ? now : parsed;
  if (line.type === 'queue-operation')
    return line.operation === 'enqueue' && line.content !== undefined
      ? [{ type: 'prompt', text: line.content, at, queued: true }]
      : [];
  if (line.type === 'system')
    return line.subtype === 'turn_duration' || line.subtype === 'stop_hook_summary'
      ? [{ type: 'turn_end', at }]
      : [];
  if (line.isSidechain === true) return [];
  return line.type === 'user' ? userItems(line, at) : assistantItems(line, at);
}

/** An error the program ended its turn with: a usage limit is told apart, for it ends by itself. */
export function failureOf(error: string, text: string, at: Millis): Failure {
  const limited =
    /hit your .*limit|usage limit|limit reached/i.test(text) &&
    (error === 'rate_limit' || error === 'billing_error' || error === 'unknown');
  return limited
    ? { type: 'limited', text, resetAt: resetTime(text, at) }
    : { type: 'error', text };
}

/** `You've hit your 5-hour limit · resets 7:21am (UTC)`, or the older `…limit reached|1795245703`. */
function resetTime(text: string, at: Millis): Millis | null {
  const epoch = /limit reached\|(\d{9,11})/.exec(text);
  if (epoch !== null) return Number(epoch[1]) * 1000;
  const resets = /resets(?: at)? (.+)/i.exec(text);
  return resets === null ? null : spokenTime(resets[1] ?? '', at);
}

function userItems(
  line: Extract<TranscriptLine, { type: 'user' }>,
  at: Millis,
): readonly TranscriptItem[] {
  if (line.isMeta === true) return [];
  const { content } = line.message;
  const texts =
    typeof content === 'string'
      ? [content]
      : content.flatMap((block) =>
          block.type === 'text' && block.text !== undefined ? [block.text] : [],
        );
  const interruption = texts.find((text) => INTERRUPTED.test(text));
  if (interruption !== undefined) return [{ type: 'interrupted', text: interruption, at }];
  if (typeof content !== 'string' && content.some((block) => block.type === 'tool_result'))
    return [];
  // A reminder beside a person's words is the program's; alone it may be a person's quotation.
  const own = texts.filter((part) => !isNotice(part));
  const text = (own.length > 0 ? own : texts).join('\n');
  return text.trim() === '' ? [] : [{ type: 'prompt', text, at, queued: false }];
}

function assistantItems(
  line: Extract<TranscriptLine, { type: 'assistant' }>,
  at: Millis,
): readonly TranscriptItem[] {
  const { content, model } = line.message;
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const text = blocks
    .flatMap((block) => (block.type === 'text' && block.text !== undefined ? [block.text] : []))
    .join('\n');
  if (line.isApiErrorMessage === true)
    return [{ type: 'failed', failure: failureOf(line.error ?? 'unknown', text, at), at }];
  if (model === '<synthetic>') return [];
  const said: readonly TranscriptItem[] = text === '' ? [] : [{ type: 'said', text, at }];
  return [
    ...said,
    ...blocks.flatMap((block) =>
      'name' in block && block.type === 'tool_use' && block.name !== undefined
        ? [{ type: 'tool' as const, summary: toolSummary(block.name, block.input ?? {}), at }]
        : [],
    ),
  ];
}
