import { type PluginError, rejected } from '../slots/errors.ts';
import type { Place } from './place.ts';
import { createScanner, type Scan, type Scanner, type Stalling } from './scan.ts';

/** How long a look counts, ms: one operation of ao asks git many times. */
export const LOOK_COUNTS = 100;

/** Looks at a repository before git does. */
export interface Guard {
  /** When git would wait for a file of the repository, or read it without end: AO_GIT_TAMPERED. */
  refuseStalling(place: Place): void;
  /** The same for what git keeps for one checkout alone. */
  refuseStallingOwn(place: Place): void;
  /** As the last look found it; the same object as long as no entry of the repository became another kind of thing. */
  scanOf(commonDir: string): Scan;
}

export function createGuard(now: () => number): Guard {
  const scanners = new Map<string, Scanner>();
  const scans = new Map<string, { readonly at: number; readonly scan: Scan }>();
  const scannerOf = (commonDir: string): Scanner => {
    const scanner = scanners.get(commonDir) ?? createScanner(commonDir, now);
    scanners.set(commonDir, scanner);
    return scanner;
  };
  const scanOf = (commonDir: string): Scan => {
    const before = scans.get(commonDir);
    if (before !== undefined && before.scan.stalling === null && now() - before.at < LOOK_COUNTS)
      return before.scan;
    const scan = scannerOf(commonDir).common();
    scans.set(commonDir, { at: now(), scan });
    return scan;
  };
  const refuseStallingOwn = ({ gitDir, commonDir }: Place): void => {
    if (gitDir === commonDir) return;
    const own = scannerOf(commonDir).worktree(gitDir);
    refuse(own.stalling);
    const known = scans.get(commonDir)?.scan.links ?? [];
    // Whoever asks next what links there are, gets them from a new look.
    if (own.links.some((link) => !known.includes(link))) scans.delete(commonDir);
  };
  return {
    refuseStalling(place) {
      refuseStallingOwn(place);
      refuse(scanOf(place.commonDir).stalling);
    },
    refuseStallingOwn,
    scanOf,
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
