/**
 * What the page and other clients send and get: the only file of the server's that the page knows, besides slots, domain and lib.
 *
 * Auth: `Authorization: Bearer <token>` (dataDir/token), or the cookie `ao_session` that `GET /login?token=…` (a one-time
 * code, never the token itself) sets for the page, together with the header `X-Ao-Page-Key` that the page got after the `#` of its first
 * address; a WebSocket takes a `?ticket=` instead. By cookie, unsafe methods and WebSockets need our own `Origin`.
 * Errors are RFC 9457 problem documents: {type, title, status, detail, code}.
 * Idempotency: POSTs take `Idempotency-Key`.
 *
 * The routes: /openapi.json, or docs/http-api.md, both made from the routes themselves. Besides them
 * WS   /api/sessions/:id/terminal?mode=read|write   bytes both ways; text frame {"type":"resize","cols","rows"} from the client
 * GET  /api/events                               SSE; replay after `Last-Event-ID` (or `?after=`). `event:` is one of
 *        `session` (SessionView), `event` (EventView), `message` (StoredMessage), `reset` (too far behind: fetch everything again). `id:` is the global sequence.
 */
import type { ChatReply } from '../slots/chat.ts';
import type { ChatInputBody } from '../slots/web-chat-input.ts';

export interface Me {
  readonly subject: string;
  readonly name: string;
  readonly version: string;
  /** The demo project is in use, with the demo agent. */
  readonly demo: boolean;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly project: string | null;
}

export type { Spawned } from '../commands/requests.ts';
export type * from '../commands/view/cost.ts';
export type * from '../commands/view/digest.ts';
export type * from '../commands/view/prune.ts';
export type * from '../commands/view/quota.ts';
export type * from '../commands/view/review.ts';
export type * from '../commands/views.ts';
export type { ChatInputBody, ChatReply };
