import type { App } from '../../../src/app/app.ts';
import { until } from '../../support/until.ts';
import type { Figure } from './figures.ts';

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[
    Math.min(values.length - 1, Math.floor(values.length * share))
  ] ?? 0;

/** p50 and p99 of acks; the platforms give 3 s, ao's own target is 1 s. */
export const acks = (what: string, values: readonly number[]): readonly Figure[] => [
  { what: `${what}, p50`, value: percentile(values, 0.5), unit: 'ms', runs: values.length },
  {
    what: `${what}, p99`,
    value: percentile(values, 0.99),
    unit: 'ms',
    limit: 1000,
    runs: values.length,
  },
];

/** 200 changes of a session in a minute: how often its card was edited, and whether it shows the last one. */
export async function editsInAMinute(
  name: string,
  app: App,
  card: () => { readonly edits: number; readonly text: string },
): Promise<Figure> {
  const { commands, reader, admin } = app;
  const id = reader.sessions({})[0]?.id ?? '';
  const before = card().edits;
  const start = performance.now();
  for (let n = 0; n < 200; n += 1) {
    // Not in step with any interval: a picture that is the same again needs no edit.
    await commands.mute(admin, id, n % 3 === 0);
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, start + (n + 1) * 300 - performance.now())),
    );
  }
  const edits = card().edits - before;
  const muted = reader.sessions({})[0]?.muted === true;
  await until(() => card().text.includes('muted') === muted, {
    what: 'the last state on the card',
    timeoutMs: 20_000,
  });
  return {
    what: `${name}: edits of a card for 200 events in ${((performance.now() - start) / 1000).toFixed(0)} s, last state right`,
    value: edits,
    unit: 'edits',
    limit: 21,
    runs: 1,
  };
}
