/** What the HTTP server needs from its host, each as narrow as it is used. app.ts joins them. */
import type { Commands } from '../commands/commands.ts';
import type { EventView, SessionView } from '../commands/views.ts';
import type { AuditEntry } from '../domain/session/audit.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { Actor } from '../domain/session/ids.ts';
import type { Clock } from '../lib/clock.ts';
import type { Redact } from '../lib/redact.ts';
import type { Result } from '../lib/result.ts';
import type { ChatReply, ChatUser } from '../slots/chat.ts';
import type { DoctorFinding, KeyValue } from '../slots/context.ts';
import type { MessageStore, StoredMessage } from '../slots/message-store.ts';
import type { Logger } from '../slots/plugin.ts';
import type { Channel, ChatInputBody } from './contract.ts';
import type { Metrics } from './metrics.ts';
import type { OpenPty } from './pty.ts';

/** One row of the SSE stream; `seq` is global over all three kinds. */
export type Change =
  | { readonly type: 'session'; readonly seq: number; readonly data: SessionView }
  | { readonly type: 'event'; readonly seq: number; readonly data: EventView }
  | { readonly type: 'message'; readonly seq: number; readonly data: StoredMessage };

/** One kind of change. */
export interface ChangeSource {
  /** The first `limit` changes with a greater `seq`, ascending. Fewer than `limit` means: there are no more. */
  after(seq: number, limit: number): readonly Change[];
}

export interface Changes {
  readonly sources: readonly ChangeSource[];
  /** The newest committed sequence number. */
  latest(): number;
  /** `listener` is called after each commit that changed anything; it carries no data and must be cheap. */
  subscribe(listener: () => void): () => void;
}

export interface Tokens {
  /** Content of dataDir/token. */
  readonly admin: string;
  /** Only with `auth.proxyHeader`: what the reverse proxy proves itself with. It stands for the person it names, never for an admin. */
  readonly proxy: { readonly token: string /** Lower case. */; readonly header: string } | null;
  /** Looked up by the SHA-256 (hex) of what was sent, so that the time of a look-up tells nothing about the token. */
  session(
    sha256: string,
  ): { readonly session: string; readonly role: 'worker' | 'orchestrator' } | null;
}

export interface WebhookDelivery {
  /** Last part of the address. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly the bytes that were signed. */
  readonly body: Uint8Array;
}

export interface Webhooks {
  /** False without a configured secret: the route answers 404. */
  accepts(name: string): boolean;
  /** Whether there is anything like a signature to check; looked at before the body is read. */
  signed(name: string, headers: Readonly<Record<string, string>>): boolean;
  /** Verifies and commits. The status is what the sender gets. */
  receive(
    delivery: WebhookDelivery,
  ): Promise<{ readonly status: 200 | 202 | 400 | 401; readonly detail: string }>;
}

export interface HttpSettings {
  readonly version: string;
  readonly demo: boolean;
  /** Names besides the loopback ones that the Host header may have, lower case, without port. */
  readonly hosts: readonly string[];
  /** Folder of the built page; null when there is none. */
  readonly pageDir: string | null;
  /** Most live terminals at once. */
  readonly maxTerminals: number;
}

export interface HttpDeps {
  readonly commands: Commands;
  readonly changes: Changes;
  readonly messages: MessageStore;
  readonly channels: () => readonly Channel[];
  /** The web chat's inbound. */
  readonly receive: (input: ChatInputBody, user: ChatUser) => Promise<ChatReply>;
  readonly tokens: Tokens;
  /** Who the admin token and the page act as. */
  readonly admin: Actor;
  readonly webhooks: Webhooks;
  /** Sign-ins of browsers that were ended, durable. */
  readonly signIns: KeyValue;
  /** A hook of the agent in this session, as the agent sent it. */
  readonly agentHook: (session: string, body: unknown) => Promise<Result<unknown, Refusal>>;
  /** Sign-ins, refusals at the door, and terminals; use cases write their own rows. */
  readonly audit: (entry: Omit<AuditEntry, 'at'>) => void;
  /** Masks secrets in everything that is answered. */
  readonly redact: Redact;
  readonly openPty: OpenPty;
  /** Things that must work for the bot to do its job: database, plugins. */
  readonly readiness: () => Promise<
    ReadonlyArray<{ readonly name: string; readonly ok: boolean; readonly detail: string }>
  >;
  /** What the bot that runs knows of itself. */
  readonly doctor: () => Promise<readonly DoctorFinding[]>;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: HttpSettings;
}
