export interface InitAnswers {
  /** Absolute path of the repository. */
  readonly path: string;
  readonly project: string;
  /** Null: the first agent that is installed when ao starts. */
  readonly agent: string | null;
  /** Commands ao runs on each pull request: name and shell line. */
  readonly checks: ReadonlyArray<{ readonly name: string; readonly run: string }>;
}
