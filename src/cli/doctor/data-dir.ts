import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { closeToOthers, type OpenPath, openPaths } from '../../lib/private-files.ts';
import { bad, type Finding, good, warn } from './finding.ts';

const AREA = 'data directory';
/** Below this a worktree or two fills the disk, bytes. */
const LITTLE = 1024 ** 3;

/** Writable, private, with room. `fix` makes it and closes it to others. */
export function examineDataDir(dataDir: string, fix: boolean): readonly Finding[] {
  if (!existsSync(dataDir)) return [missing(dataDir, fix)];
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return [
      bad(
        AREA,
        `${dataDir} cannot be written by this user`,
        `Make it writable (chown), or set AO_DATA_DIR to another folder.`,
      ),
    ];
  }
  return [good(AREA, dataDir), ...exposed(dataDir, fix), ...room(dataDir)];
}

function missing(dataDir: string, fix: boolean): Finding {
  if (fix) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return good(AREA, `${dataDir} was made`);
  }
  const parent = nearestExisting(dataDir);
  try {
    accessSync(parent, constants.W_OK | constants.X_OK);
    return good(AREA, `${dataDir} is made at the first start`);
  } catch {
    return bad(
      AREA,
      `${dataDir} cannot be made: ${parent} is not writable by this user`,
      'Make that folder writable, or set AO_DATA_DIR to another one.',
    );
  }
}

const nearestExisting = (folder: string): string =>
  existsSync(folder) ? folder : nearestExisting(path.dirname(folder));

/** The database holds what people write and agents answer, the token opens everything: only their owner may read them. */
function exposed(dataDir: string, fix: boolean): readonly Finding[] {
  const open = openPaths(dataDir);
  if (open.length === 0) return [];
  const named = (paths: readonly OpenPath[]): string =>
    `${paths
      .slice(0, 5)
      .map(({ path: at }) => at)
      .join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`;
  if (!fix)
    return [
      bad(
        AREA,
        `others can read ${named(open)}`,
        `chmod -R go= ${dataDir}   (or: ao doctor --fix, or start ao)`,
      ),
    ];
  const left = closeToOthers(dataDir);
  return left.length === 0
    ? [good(AREA, `closed to others: ${named(open)}`)]
    : [bad(AREA, `others can read ${named(left)}`, 'Give these to the user that runs ao (chown).')];
}

function room(dataDir: string): readonly Finding[] {
  const { bavail, bsize } = statfsSync(dataDir);
  const free = bavail * bsize;
  return free >= LITTLE
    ? []
    : [
        warn(
          AREA,
          `only ${Math.round(free / 1024 ** 2)} MB are free`,
          'Make room, or set AO_DATA_DIR to a larger disk: each worktree needs as much as the repository.',
        ),
      ];
}
