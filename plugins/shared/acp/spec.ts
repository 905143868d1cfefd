import type { PermissionMode } from '../../../src/domain/session/session.ts';
import type { AgentSessionInfo } from '../../../src/slots/agent.ts';
import type { TriedProgram } from '../program/tried-versions.ts';

/** How one agent that speaks the Agent Client Protocol is started and told what it may do. */
export interface AcpAgentSpec {
  /** As people call it. */
  readonly name: string;
  /** Name of its plugin, for words about the configuration. */
  readonly plugin: string;
  readonly program: string;
  /** Behind the program; pure. */
  readonly args: (
    session: Pick<AgentSessionInfo, 'model' | 'permissions' | 'args'>,
  ) => readonly string[];
  /** Added to its environment; pure. */
  readonly env: (
    session: Pick<AgentSessionInfo, 'model' | 'permissions'>,
  ) => Readonly<Record<string, string>>;
  readonly permissions: Partial<Readonly<Record<PermissionMode, AcpPermissions>>>;
  /** Authentication method it must be told before a conversation. */
  readonly auth: string | null;
  readonly install: string;
  readonly login: string;
  /** Null: only its documentation and a fake. */
  readonly tried: TriedProgram | null;
  readonly versionArgs: readonly string[];
  readonly models: readonly string[];
  /** The model is named in `args` or `env`; otherwise it is chosen through the protocol. */
  readonly modelAtStart: boolean;
}

/** What a permission mode means to an agent. */
export interface AcpPermissions {
  /** Its own mode that is set; null: whatever it starts in. */
  readonly mode: string | null;
  /** Requests that ao answers with "allow once" itself. Where the agent has a mode for it, nothing is left to answer. */
  readonly approve: 'nothing' | 'edits' | 'everything';
}
