import type { CostSpan } from '../../domain/money/cost-period.ts';
import type { CostGroup } from '../../domain/money/ledger.ts';
import type { Result } from '../../lib/result.ts';
import type { BareVerb, SessionTextVerb, SessionVerb, TextVerb } from './command-table.ts';

export interface SpawnCommand {
  readonly verb: 'spawn';
  /** Empty with `text: null`: open the form. */
  readonly issues: readonly string[];
  readonly text: string | null;
  readonly project: string | null;
  readonly agent: string | null;
  readonly model: string | null;
  readonly base: string | null;
  readonly prompt: string | null;
  readonly plan: boolean;
  readonly again: boolean;
}

/** A range, where one end is given, goes before the span. */
export interface CostCommand {
  readonly verb: 'cost';
  readonly span: CostSpan;
  readonly from: string | null;
  readonly to: string | null;
  readonly by: CostGroup;
  readonly csv: boolean;
}

export type MergeMethod = 'squash' | 'merge' | 'rebase';

/** `session: null` means the session of the thread the command was written in. */
export type ParsedCommand =
  | SpawnCommand
  | {
      readonly verb: 'status';
      readonly project: string | null;
      readonly all: boolean;
      readonly mine: boolean;
    }
  | { readonly verb: BareVerb }
  | { readonly verb: 'inbox'; readonly all: boolean }
  | { readonly verb: SessionVerb; readonly session: string | null }
  | {
      readonly verb: SessionTextVerb;
      readonly session: string | null;
      readonly text: string | null;
    }
  | { readonly verb: 'merge'; readonly session: string | null; readonly method: MergeMethod | null }
  | {
      readonly verb: 'adopt';
      readonly pr: string;
      readonly project: string | null;
      readonly agent: string | null;
    }
  | { readonly verb: 'issues'; readonly project: string | null; readonly text: string | null }
  | CostCommand
  | { readonly verb: TextVerb; readonly text: string | null }
  | { readonly verb: 'help'; readonly about: string | null };

export interface GrammarError {
  /** What is wrong, ready to be read. */
  readonly message: string;
  /** A command line that would work, with its prefix. */
  readonly example: string;
}

/** What the grammar may ask about the world, to tell a session or project from a word. */
export interface GrammarContext {
  /** The command was written in a session's thread. */
  readonly inThread: boolean;
  isSession(word: string): boolean;
  isProject(word: string): boolean;
}

export type Parsed = Result<ParsedCommand, GrammarError>;
