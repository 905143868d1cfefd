import { costOf, type PriceTable } from '../../../src/domain/money/pricing.ts';
import type { ModelUsage } from '../../../src/domain/session/facts.ts';
import { type Millis, quarterOf } from '../../../src/domain/session/time.ts';
import type { Message, Part } from './schema.ts';

/**
 * Running totals up to the end of each quarter of an hour, from the one of `since` on: after the bot was away over midnight
 * each day gets its own. `at` is when the last answer in them began.
 */
export function usageSteps(
  messages: Iterable<Message>,
  since: Millis,
  prices?: PriceTable,
): ReadonlyArray<{ at: Millis; models: readonly ModelUsage[] }> {
  const answers = [...messages]
    .filter((message) => message.role === 'assistant')
    .toSorted((a, b) => a.time.created - b.time.created);
  const ends = answers.flatMap((message, index) => {
    const next = answers[index + 1];
    const last =
      next === undefined || quarterOf(next.time.created) > quarterOf(message.time.created);
    return last && quarterOf(message.time.created) >= quarterOf(since)
      ? [{ at: message.time.created, count: index + 1 }]
      : [];
  });
  return ends
    .map(({ at, count }) => ({ at, models: usageOf(answers.slice(0, count), prices) }))
    .filter(({ models }) => models.length > 0);
}

/** Running totals over all answers, each counted once by its id. */
function usageOf(messages: Iterable<Message>, prices?: PriceTable): readonly ModelUsage[] {
  const models = new Map<
    string,
    { input: number; output: number; read: number; write: number; usd: number | null }
  >();
  for (const message of messages) {
    const { tokens, modelID } = message;
    if (message.role !== 'assistant' || tokens === undefined || modelID === undefined) continue;
    const output = tokens.output + tokens.reasoning;
    if (tokens.input + output + tokens.cache.read + tokens.cache.write === 0) continue;
    const sum = models.get(modelID) ?? { input: 0, output: 0, read: 0, write: 0, usd: 0 };
    const usd =
      ownCost(message) ??
      costOf(
        modelID,
        {
          input: tokens.input,
          output,
          cacheRead: tokens.cache.read,
          cacheWrite: tokens.cache.write,
          cacheWriteLong: 0,
        },
        message.time.created,
        prices,
      );
    models.set(modelID, {
      input: sum.input + tokens.input,
      output: sum.output + output,
      read: sum.read + tokens.cache.read,
      write: sum.write + tokens.cache.write,
      usd: usd === null || sum.usd === null ? null : sum.usd + usd,
    });
  }
  return [...models].map(([model, sum]) => ({
    model,
    inputTokens: sum.input,
    outputTokens: sum.output,
    cacheReadTokens: sum.read,
    cacheWriteTokens: sum.write,
    usd: sum.usd,
  }));
}

/** opencode says 0 for a model whose price it doesn't know. */
const ownCost = (message: Message): number | null =>
  message.cost === undefined || message.cost === 0 ? null : message.cost;

export function partSummary(part: Part): string {
  const input = part.state?.input ?? {};
  const subject =
    String(
      input.command ?? input.filePath ?? input.pattern ?? input.url ?? input.description ?? '',
    ).split('\n')[0] ?? '';
  return subject === '' ? (part.tool ?? 'tool') : `${part.tool}: ${subject.slice(0, 160)}`;
}
