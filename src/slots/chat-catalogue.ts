/** What a chat platform with typed commands needs to know of ao's commands, without knowing their grammar. */

/** What an option can be completed with. */
export type Suggests = 'issue' | 'session' | 'project' | 'agent' | 'command';

export interface TypedOption {
  /** Lower-case letters. */
  readonly name: string;
  /** At most 100 characters. */
  readonly description: string;
  readonly kind: 'text' | 'switch';
  readonly required: boolean;
  readonly choices?: readonly string[];
  readonly suggests?: Suggests;
}

export interface TypedCommand {
  readonly verb: string;
  readonly aliases: readonly string[];
  /** At most 100 characters. */
  readonly description: string;
  /** Required ones first. */
  readonly options: readonly TypedOption[];
}

export interface SuggestRequest {
  readonly suggests: Suggests;
  /** What was typed so far. */
  readonly text: string;
  /** Subject of the person who types, with the groups of the platform: nobody is shown what they may not see. */
  readonly user: {
    readonly subject: string;
    readonly name: string;
    readonly groups: readonly string[];
    readonly external: boolean;
    readonly bot: boolean;
  };
  readonly platform: string;
  readonly channel: string;
  /** Options that were filled in before. */
  readonly chosen: Readonly<Record<string, string>>;
}

export interface Suggestion {
  readonly value: string;
  readonly label: string;
}

export interface ChatCatalogue {
  /** Most wanted first. */
  readonly commands: readonly TypedCommand[];
  /** The command line these options stand for, without `/ao`; a `command` input carries it. */
  line(verb: string, values: Readonly<Record<string, string | boolean>>): string;
  /** At most 25, from memory: answers within a second whatever the trackers do. */
  suggest(request: SuggestRequest): Promise<readonly Suggestion[]>;
}
