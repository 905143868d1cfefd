/** What one command is to everybody who reads the table: the grammar, help, platforms with typed options, the page's completion. */

/** What follows the verb. */
export type Shape =
  | 'nothing'
  /** `[session]`, may be left out in a thread. */
  | 'session'
  /** `[session] [text]`: the text is optional. */
  | 'session-text'
  /** `[session] <text>`: the text is needed. */
  | 'session-needs-text'
  | 'spawn'
  | 'status'
  | 'inbox'
  | 'adopt'
  | 'merge'
  | 'issues'
  | 'cost'
  | 'text'
  | 'help';

export interface CommandSpec {
  readonly verb: string;
  readonly aliases: readonly string[];
  readonly shape: Shape;
  /** After `/ao `. */
  readonly usage: string;
  readonly does: string;
  /** After `/ao `. */
  readonly example: string;
  /** It makes sense for a session that has ended. */
  readonly endedToo?: true;
  readonly group: 'start' | 'look' | 'talk' | 'control' | 'merge' | 'team';
}
