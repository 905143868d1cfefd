import type { ModelUsage } from '../../../../src/domain/session/facts.ts';
import type { PromptResponse } from './messages.ts';

/** Running totals of a session over all its launches. `usd` stays null where the agent tells no price. */
export class UsageCount {
  readonly #models: Map<string, ModelUsage>;
  /** What the agent's own cost counter showed last; it begins anew with each process. */
  #cost = 0;

  constructor(former: readonly ModelUsage[]) {
    this.#models = new Map(former.map((model) => [model.model, model]));
  }

  get models(): readonly ModelUsage[] {
    return [...this.#models.values()];
  }

  /** Counts one turn; false when the agent tells nothing about it. */
  turn(response: PromptResponse, model: string): boolean {
    const perModel = response._meta?.quota?.model_usage ?? [];
    for (const used of perModel)
      this.#add(used.model, {
        input: used.token_count.input_tokens,
        output: used.token_count.output_tokens,
      });
    if (perModel.length > 0) return true;
    const { usage } = response;
    const total = response._meta?.quota?.token_count;
    if (usage != null) {
      const read = usage.cachedReadTokens ?? 0;
      const write = usage.cachedWriteTokens ?? 0;
      this.#add(model, {
        input: usage.inputTokens,
        output: usage.outputTokens + (usage.thoughtTokens ?? 0),
        read,
        write,
      });
    } else if (total != null)
      this.#add(model, { input: total.input_tokens, output: total.output_tokens });
    return usage != null || total != null;
  }

  /** The agent's own counter of this conversation. A smaller number than before is a new counter. */
  cost(amount: number, model: string): void {
    const more = amount >= this.#cost ? amount - this.#cost : amount;
    this.#cost = amount;
    const known = this.#models.get(model);
    this.#models.set(model, { ...(known ?? empty(model)), usd: (known?.usd ?? 0) + more });
  }

  /** A counter that goes on where an earlier process left it says nothing new. */
  costSoFar(amount: number): void {
    this.#cost = amount;
  }

  #add(
    model: string,
    used: { input: number; output: number; read?: number; write?: number },
  ): void {
    const known = this.#models.get(model) ?? empty(model);
    this.#models.set(model, {
      ...known,
      inputTokens: known.inputTokens + used.input,
      outputTokens: known.outputTokens + used.output,
      cacheReadTokens: known.cacheReadTokens + (used.read ?? 0),
      cacheWriteTokens: known.cacheWriteTokens + (used.write ?? 0),
    });
  }
}

const empty = (model: string): ModelUsage => ({
  model,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  usd: null,
});
