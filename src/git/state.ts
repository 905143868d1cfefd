import { entriesOf } from './environment.ts';
import { createPlaces, type Places } from './place.ts';
import type { GitSetup } from './setup.ts';
import { createGuard, type Guard } from './stalling.ts';
import { createViews, type Views } from './view.ts';

/** What ao knows of the repositories and checkouts of this machine. */
export interface State {
  readonly places: Places;
  readonly views: Views;
  readonly guard: Guard;
}

/** One for all runners of a process that share the folder. */
const states = new Map<string, State>();

export function stateOf(setup: GitSetup, stateDir: string): State {
  const known = states.get(stateDir);
  if (known !== undefined) return known;
  const told = new Set<string>();
  const guard = createGuard(() => performance.now());
  const state = {
    places: createPlaces(stateDir),
    guard,
    views: createViews({
      stateDir,
      scanOf: guard.scanOf,
      parse: (text) => entriesOf(setup, ['--no-includes', '--file', '-'], text),
      notice(commonDir, keys) {
        const what = JSON.stringify([commonDir, keys]);
        if (told.has(what)) return;
        told.add(what);
        setup.notice?.(commonDir, keys);
      },
    }),
  };
  states.set(stateDir, state);
  return state;
}
