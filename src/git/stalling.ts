import { type PluginError, rejected } from '../slots/errors.ts';
import type { Place } from './place.ts';
import { type Scan, type Stalling, scanCommon, scanWorktree } from './scan.ts';

/** How long a look counts, ms: one operation of ao asks git many times. */
const LOOK = 100;

/** Looks at a repository before git does. All throw AO_GIT_TAMPERED. */
export interface Guard {
  /** When git would wait for a file of the repository, or read it without end. */
  refuseStalling(place: Place): void;
  /** The same for what git keeps for one checkout alone. */
  refuseStallingOwn(place: Place): void;
  /** Links that lead out of the repository, or stand among its objects, as the last look found them. */
  linksIn(commonDir: string): readonly string[];
}

export function createGuard(now: () => number): Guard {
  const scans = new Map<string, { readonly at: number; readonly scan: Scan }>();
  const fanOuts = new Map<string, Map<string, string>>();
  const scanOf = (commonDir: string): Scan => {
    const before = scans.get(commonDir);
    if (before !== undefined && before.scan.stalling === null && now() - before.at < LOOK)
      return before.scan;
    const fanOut = fanOuts.get(commonDir) ?? new Map<string, string>();
    fanOuts.set(commonDir, fanOut);
    const scan = scanCommon(commonDir, fanOut);
    scans.set(commonDir, { at: now(), scan });
    return scan;
  };
  const own = (place: Place): Scan =>
    place.gitDir === place.commonDir
      ? { stalling: null, links: [] }
      : scanWorktree(place.gitDir, place.commonDir);
  return {
    refuseStalling(place) {
      refuse(own(place).stalling);
      refuse(scanOf(place.commonDir).stalling);
    },
    refuseStallingOwn: (place) => refuse(own(place).stalling),
    linksIn: (commonDir) => scanOf(commonDir).links,
  };
}

function refuse(found: Stalling | null): void {
  if (found !== null) throw refused(found);
}

const refused = ({ path, what }: Stalling): PluginError =>
  rejected(
    'AO_GIT_TAMPERED',
    `${path} is ${what}: git would wait for it, or read it without end, so ao runs no git in this repository. Nothing was deleted. Remove it, or put the file back.`,
    { mendable: true },
  );
