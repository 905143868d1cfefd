import type { FormerUsage, ModelUsage, UsageFact } from '../session/facts.ts';

/** What each agent of a session used, in the order in which they came; one that came twice is there once. */
export function totalsByAgent(agent: string, usage: UsageFact): readonly FormerUsage[] {
  const stints = [...(usage.former ?? []), { agent, models: usage.models }];
  return [...Map.groupBy(stints, (stint) => stint.agent)].map(([name, own]) => ({
    agent: name,
    models: merged(own.flatMap((stint) => stint.models)),
  }));
}

/** What the whole session used, whoever of its agents did. */
export const allUsage = (usage: UsageFact | null): readonly ModelUsage[] =>
  usage === null
    ? []
    : merged([...(usage.former ?? []).flatMap((stint) => stint.models), ...usage.models]);

/** One row per model. A price that is unknown in one part is unknown in the sum. */
function merged(models: readonly ModelUsage[]): readonly ModelUsage[] {
  return [...Map.groupBy(models, (row) => row.model)].map(([model, rows]) => {
    const sum = (pick: (row: ModelUsage) => number): number =>
      rows.reduce((all, row) => all + pick(row), 0);
    return {
      model,
      inputTokens: sum((row) => row.inputTokens),
      outputTokens: sum((row) => row.outputTokens),
      cacheReadTokens: sum((row) => row.cacheReadTokens),
      cacheWriteTokens: sum((row) => row.cacheWriteTokens),
      usd: rows.some((row) => row.usd === null) ? null : sum((row) => row.usd ?? 0),
    };
  });
}
