import { useState } from 'preact/hooks';
import type { BudgetView } from '../../../../http/contract.ts';
import { messageOf } from '../live/api.ts';
import { usd } from '../live/format.ts';
import { useModel } from '../parts/context.ts';

/** Budgets of live sessions, the tightest first, each with what is left and a way to raise it. */
export function Budgets({
  budgets,
  onRaised,
}: {
  budgets: readonly BudgetView[];
  onRaised: () => void;
}) {
  return (
    <section class="budgets" aria-label="Budgets">
      <h2>Budgets</h2>
      {budgets.map((budget) => (
        <BudgetRow key={`${budget.id} ${budget.limitUsd}`} budget={budget} onRaised={onRaised} />
      ))}
    </section>
  );
}

function BudgetRow({ budget, onRaised }: { budget: BudgetView; onRaised: () => void }) {
  const [raising, setRaising] = useState(false);
  const used = budget.limitUsd === 0 ? 1 : Math.min(1, budget.spentUsd / budget.limitUsd);
  return (
    <div class={`budget ${budget.state}`}>
      <div class="budget-line">
        <span class="budget-name">{capital(budget.label)}</span>
        <span class="budget-sum">
          {usd(budget.spentUsd)} of {usd(budget.limitUsd)}
          {budget.state === 'spent' ? ' · used up' : ''}
        </span>
        <button
          type="button"
          class="button small"
          aria-expanded={raising}
          onClick={() => setRaising(!raising)}
        >
          Raise…
        </button>
      </div>
      <div class="meter">
        <span style={{ width: `${used * 100}%` }} />
      </div>
      {raising && <RaiseForm budget={budget} onRaised={onRaised} />}
    </div>
  );
}

function RaiseForm({ budget, onRaised }: { budget: BudgetView; onRaised: () => void }) {
  const model = useModel();
  const [limit, setLimit] = useState(
    String(Math.ceil(Math.max(budget.limitUsd * 1.5, budget.spentUsd * 1.25, 1))),
  );
  const [failed, setFailed] = useState<string | null>(null);
  const raise = (event: Event): void => {
    event.preventDefault();
    model.api
      .post('budgets/raise', { id: budget.id, limitUsd: Number(limit) })
      .then(onRaised, (error: unknown) => setFailed(messageOf(error)));
  };
  return (
    <form class="raise" onSubmit={raise}>
      <label>
        New limit in USD
        <input
          type="number"
          min={budget.limitUsd}
          step="any"
          value={limit}
          onInput={(event) => setLimit(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button primary small">
        Raise
      </button>
      {failed !== null && <span class="field-error">{failed}</span>}
    </form>
  );
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
