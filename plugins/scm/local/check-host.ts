import type { RepositoryGit as Git } from '../../../src/git/repository-git.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Logger, ProjectInfo } from '../../../src/slots/plugin.ts';
import type { LocalScmConfig } from './config.ts';
import type { LocalRecords } from './record.ts';

export interface CheckRunnerHost {
  readonly git: Git;
  readonly records: LocalRecords;
  readonly project: ProjectInfo;
  readonly config: LocalScmConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string>>;
  /** Folder for checkouts. */
  readonly checkoutDir: string;
  /** Folder for logs. */
  readonly logDir: string;
  /** A check of this commit began or ended. */
  readonly changed: (sha: string) => void;
}
