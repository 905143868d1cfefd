import type { KeyValue } from '../../../src/slots/plugin.ts';
import type { GitHubClient } from '../../shared/github/client.ts';
import type { Book } from './book.ts';
import { NO_AUTO_MERGE } from './queries.ts';

/** For which commit ao turned GitHub's auto-merge on. GitHub keeps it on for later pushes; ao merges only what was seen. */
export interface PinnedAutoMerges {
  pin(number: number, sha: string): void;
  /** Turns it off where the head is another commit by now. Tried again with the next look when GitHub does not answer. */
  keep(): Promise<void>;
}

const PREFIX = 'auto-merge:';

export function createPinnedAutoMerges({
  kv,
  book,
  client,
}: {
  readonly kv: KeyValue;
  readonly book: Book;
  readonly client: GitHubClient;
}): PinnedAutoMerges {
  return {
    pin: (number, sha) => kv.set(`${PREFIX}${number}`, sha),
    async keep() {
      for (const [key, sha] of kv.list(PREFIX)) {
        const core = book.get(Number(key.slice(PREFIX.length)))?.core;
        if (core === undefined || (core.state === 'OPEN' && core.headRefOid === sha)) continue;
        if (core.state === 'OPEN' && core.autoMergeRequest !== null)
          await client.graphql('merge', `auto-merge of #${core.number}`, NO_AUTO_MERGE, {
            id: core.id,
          });
        kv.delete(key);
      }
    },
  };
}
