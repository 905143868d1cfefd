/**
 * What the page, the CLI and other clients send and get, besides the view models of commands/views.ts.
 *
 * Auth: `Authorization: Bearer <token>` (dataDir/token), or the cookie `ao_session` that `GET /login?token=…` (a one-time
 * code, never the token itself) sets for the page, together with the header `X-Ao-Page-Key` that the page got after the `#` of its first
 * address; a WebSocket takes a `?ticket=` instead. By cookie, unsafe methods and WebSockets need our own `Origin`.
 * Errors are RFC 9457 problem documents: {type, title, status, detail, code}.
 * Idempotency: POSTs take `Idempotency-Key`.
 *
 * GET  /api/sessions?project&status&turn&all=1&live=1&q&limit&cursor   SessionView[], the next page in the header Link
 * POST /api/sessions                             SpawnBody -> Spawned[]
 * POST /api/sessions/adopt                       {project?, pr, agent?} -> SessionView
 * GET  /api/sessions/:id                         SessionView
 * POST /api/sessions/:id/message                 {text, now?} -> SteerView
 * GET  /api/sessions/:id/steers                  SteerView[]
 * POST /api/sessions/:id/steers/:steer/{edit,remove,retry,now}   {text?} -> SteerView
 * POST /api/sessions/:id/answer                  {request?, option?, text?} -> SessionView
 * POST /api/sessions/:id/interrupt               {text?} -> SessionView
 * POST /api/sessions/:id/{kill,pause}            {reason?} -> SessionView
 * POST /api/sessions/:id/{stop,undo,resume,done,rerun} -> SessionView
 * POST /api/sessions/:id/restore                 {message?} -> SessionView
 * POST /api/sessions/:id/merge                   {sha?, method?} -> SessionView
 * POST /api/sessions/:id/review                  {decision, text, file?, line?, sha?} -> SessionView
 * POST /api/sessions/:id/{ack,snooze,reaction,mute}   {key?, minutes?, muted?} -> SessionView
 * POST /api/sessions/:id/handoff                 {agent, model?, words?} or {to: {subject, name}} -> SessionView
 * POST /api/sessions/:id/pr                      {title, body?, draft?, base?} -> SessionView   (agents)
 * POST /api/sessions/:id/report                  {state, note} -> SessionView                   (agents)
 * POST /api/sessions/:id/hook                    agent hook, session token                      (agents)
 * GET  /api/sessions/:id/events?after&limit      EventView[]
 * GET  /api/sessions/:id/logs?lines              {text, live}
 * GET  /api/sessions/:id/diff                    {stat, patch, additions, deletions, files}
 * GET  /api/sessions/:id/checks/:name/log        {name, text}
 * GET  /api/sessions/:id/attach                  {argv, readOnlyArgv}
 * WS   /api/sessions/:id/terminal?mode=read|write   bytes both ways; text frame {"type":"resize","cols","rows"} from the client
 * GET  /api/inbox                                InboxItem[]
 * GET  /api/issues?project&text&state            IssueView[]
 * GET  /api/projects                             ProjectView[]
 * GET  /api/cost?from&to&by                      CostView
 * GET  /api/me                                   Me
 * POST /api/login                                 {} -> {path, expiresAt}: a one-time link for a browser, valid 15 minutes
 * POST /api/logout                               {everywhere?} -> {signedOut}: ends this browser's sign-in, or all
 * POST /api/ticket                               {} -> {ticket}: opens one socket of a signed-in browser, within 30 s
 * GET  /api/chat/channels                        Channel[]
 * GET  /api/chat/channels/:id/messages?before&beforeId&limit   StoredMessage[]
 * GET  /api/chat/threads/:id/messages?before&beforeId&limit    StoredMessage[]
 * POST /api/chat/inputs                          ChatInputBody -> ChatReply
 * GET  /api/events                               SSE; replay after `Last-Event-ID` (or `?after=`). `event:` is one of
 *        `session` (SessionView), `event` (EventView), `message` (StoredMessage), `reset` (too far behind: fetch everything again). `id:` is the global sequence.
 * GET  /healthz /readyz /metrics /openapi.json
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

export type { ChatInputBody, ChatReply };
