import type { ReadFile } from './rules/api.ts';
import { aliasIn, judge, withoutAlias } from './rules/judge.ts';
import { type Named, refusalWords, ruleAgainst, type Whose } from './rules/verdict.ts';

export interface World {
  /** What `gh alias list` prints. */
  readonly aliases: () => Promise<string>;
  /** Whose a pull request is; null when ao can't be asked. */
  readonly whose: (named: Named) => Promise<Whose>;
  readonly read: ReadFile;
}

/** Why a rule of ao forbids this line, for the agent to read; null: nothing forbids it. */
export async function forbidden(args: readonly string[], world: World): Promise<string | null> {
  const alias = aliasIn(args);
  const line = alias === null ? args : withoutAlias(args, alias, await world.aliases());
  const verdict = judge(line, world.read);
  switch (verdict.type) {
    case 'pass':
      return null;
    case 'refuse':
      return refusalWords(verdict.rule);
    case 'whose': {
      const rule = ruleAgainst(verdict.deed, await world.whose(verdict));
      return rule === null ? null : refusalWords(rule);
    }
  }
}
