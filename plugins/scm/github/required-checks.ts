import { z } from 'zod';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Purpose } from '../../shared/forge-http/governor.ts';
import type { GitHubClient } from '../../shared/github/client.ts';
import type { Reader } from './reader.ts';
import type { Core } from './schema.ts';

export interface RequiredChecks {
  /** Names that the rules of the base require and that have not reported for the head, sorted. */
  missing(pr: Core, purpose: Purpose): Promise<readonly string[]>;
}

/** Rules change seldom, and GitHub's merge obeys them whatever is known here. */
const AGE = 60_000;

const rulesSchema = z.array(
  z.object({
    type: z.string(),
    parameters: z
      .object({ required_status_checks: z.array(z.object({ context: z.string() })).optional() })
      .optional(),
  }),
);

export function createRequiredChecks(
  client: GitHubClient,
  reader: Reader,
  clock: Clock,
): RequiredChecks {
  const known = new Map<string, { readonly at: number; readonly names: readonly string[] }>();

  /** Of rulesets. Servers before 3.11 have none, and a token may not be allowed to see them: then none are named. */
  const ofRules = async (branch: string, purpose: Purpose): Promise<readonly string[]> => {
    const last = known.get(branch);
    if (last !== undefined && clock.now() - last.at < AGE) return last.names;
    const names = await client
      .conditional<unknown>(
        purpose,
        `rules of ${branch}`,
        'GET /repos/{owner}/{repo}/rules/branches/{branch}',
        { branch, per_page: 100 },
      )
      .then(({ data }) =>
        rulesSchema
          .parse(data)
          .flatMap(({ parameters }) => parameters?.required_status_checks ?? [])
          .map(({ context }) => context),
      )
      .catch((): readonly string[] => []);
    known.set(branch, { at: clock.now(), names });
    return names;
  };

  return {
    async missing(pr, purpose) {
      const ofProtection = pr.baseRef?.refUpdateRule?.requiredStatusCheckContexts ?? [];
      const required = new Set([
        ...ofProtection.filter((name) => name !== null),
        ...(await ofRules(pr.baseRefName, purpose)),
      ]);
      if (required.size === 0) return [];
      const { names } =
        pr.statusCheckRollup === null ? { names: [] } : await reader.contexts(pr.number, purpose);
      const reported = new Set(names);
      return [...required].filter((name) => !reported.has(name)).toSorted();
    },
  };
}
