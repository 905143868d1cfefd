import { join } from 'node:path';
import { PluginError } from '../slots/errors.ts';
import type { WorkspaceTroubles } from '../slots/workspace.ts';
import type { GitSetup } from './setup.ts';
import { stateOf } from './state.ts';
import { refuseWaiting } from './waiting-files.ts';

type WorkspaceTrouble = WorkspaceTroubles['shared'][number];

/** Why ao's git doesn't run somewhere, as long as that isn't mended. */
const REFUSALS: ReadonlySet<string> = new Set(['AO_GIT_TAMPERED', 'AO_GIT_CONFIG']);

/**
 * What each call in the repository or in these checkouts of it would be refused for, and the keys of the repository's configuration
 * that appeared, and its settings that changed, after ao took it on.
 */
export async function troublesOf(
  setup: GitSetup & { readonly stateDir: string },
  repo: string,
  paths: readonly string[],
): Promise<WorkspaceTroubles> {
  const { places, views, guard } = stateOf(setup, setup.stateDir);
  let keys: readonly WorkspaceTrouble[] = [];
  const shared = await refusals(async () => {
    const place = places.find(repo);
    if (place === null) return;
    guard.refuseStalling(place);
    const { later, changed } = await views.of(place.commonDir);
    const file = join(place.commonDir, 'config');
    keys = [
      ...later.map((key) => ({ kind: 'key' as const, file, key })),
      ...changed.map((setting) => ({ kind: 'setting' as const, file, ...setting })),
    ];
  });
  const own = new Map<string, readonly WorkspaceTrouble[]>();
  for (const path of paths)
    own.set(
      path,
      await refusals(() => {
        const place = places.find(path);
        if (place === null) return;
        guard.refuseStallingOwn(place);
        refuseWaiting(path);
      }),
    );
  return { own, shared: [...shared, ...keys] };
}

async function refusals(look: () => void | Promise<void>): Promise<readonly WorkspaceTrouble[]> {
  try {
    await look();
    return [];
  } catch (error) {
    if (!(error instanceof PluginError) || !REFUSALS.has(error.code)) throw error;
    return [{ kind: 'refused', text: error.message }];
  }
}

/** Folders outside of a checkout that git in it needs: the repository's own, which holds those of all its worktrees. */
export function sharedFolders(
  setup: GitSetup & { readonly stateDir: string },
  checkout: string,
): readonly string[] {
  const place = stateOf(setup, setup.stateDir).places.find(checkout);
  return place === null ? [] : [place.commonDir];
}
