import type { SessionView } from '../../../../http/contract.ts';
import { go } from '../live/actions.ts';
import type { BoardFilter } from '../live/route.ts';
import { useModel } from '../parts/context.ts';

/** Which sessions the board shows. It is part of the address, so that it can be kept and handed on. */
export function useBoardFilter(): BoardFilter {
  const { view } = useModel().route.value;
  return (view.name === 'board' ? view.filter : undefined) ?? {};
}

export function fits(view: SessionView, { project, who, q }: BoardFilter): boolean {
  const words = (q ?? '').toLowerCase();
  return (
    (project === undefined || view.project === project) &&
    (who === undefined || view.owner.subject === who) &&
    [view.id, view.title, view.issue, view.branch, view.agent, view.pr?.title]
      .filter((text) => typeof text === 'string')
      .some((text) => text.toLowerCase().includes(words))
  );
}

export function BoardFilters({ filter }: { filter: BoardFilter }) {
  const model = useModel();
  const set = (change: { readonly [Name in keyof BoardFilter]: string }): void => {
    const next = { ...filter, ...change };
    go(model, { view: { name: 'board', filter: next } });
  };
  const people = new Map(
    [...model.sessions.value.values()].map(({ owner }) => [owner.subject, owner.name]),
  );
  const isSet = Object.values(filter).some((value) => value !== '');
  return (
    <>
      {isSet && (
        <button type="button" class="link" onClick={() => go(model, { view: { name: 'board' } })}>
          Show all
        </button>
      )}
      <input
        class="search"
        type="search"
        placeholder="Filter"
        aria-label="Filter sessions"
        value={filter.q ?? ''}
        onInput={(event) => set({ q: event.currentTarget.value })}
      />
      {model.projects.value.length > 1 && (
        <Choice
          label="Project"
          all="All projects"
          value={filter.project}
          options={model.projects.value.map(({ id, name }) => [id, name])}
          onChoose={(project) => set({ project })}
        />
      )}
      {(people.size > 1 || filter.who !== undefined) && (
        <Choice
          label="Person"
          all="Everybody"
          value={filter.who}
          options={[...people]}
          onChoose={(who) => set({ who })}
        />
      )}
    </>
  );
}

function Choice({
  label,
  all,
  value = '',
  options,
  onChoose,
}: {
  label: string;
  all: string;
  value: string | undefined;
  options: ReadonlyArray<readonly [value: string, label: string]>;
  onChoose: (value: string) => void;
}) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChoose(event.currentTarget.value)}
    >
      <option value="">{all}</option>
      {options.map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
