/** Every use case, one file each. A new one is its file and its line here; who may use it, its row in the audit log and its HTTP route come with it. */
import { acknowledge } from './acknowledge.ts';
import { adopt } from './adopt.ts';
import { agents } from './agents.ts';
import { allLinks } from './all-links.ts';
import { answer } from './answer.ts';
import { attach } from './attach.ts';
import { beginLink } from './begin-link.ts';
import { budgets } from './budgets.ts';
import { changeAgent } from './change-agent.ts';
import { changes } from './changes.ts';
import { checkLog } from './check-log.ts';
import { confirmLink } from './confirm-link.ts';
import { cost } from './cost.ts';
import { createPullRequest } from './create-pull-request.ts';
import { diff } from './diff.ts';
import { digest } from './digest.ts';
import { done } from './done.ts';
import { editSteer } from './edit-steer.ts';
import { events } from './events.ts';
import { gh } from './gh.ts';
import { handOver } from './hand-over.ts';
import { inbox } from './inbox.ts';
import { interrupt } from './interrupt.ts';
import { issues } from './issues.ts';
import { kill } from './kill.ts';
import { listen } from './listen.ts';
import { logs } from './logs.ts';
import { merge } from './merge.ts';
import { mute } from './mute.ts';
import { orchestrate } from './orchestrate.ts';
import { ownLinks } from './own-links.ts';
import { pause } from './pause.ts';
import { projects } from './projects.ts';
import { prune } from './prune.ts';
import { quota } from './quota.ts';
import { raiseBudget } from './raise-budget.ts';
import { readAudit } from './read-audit.ts';
import { removeLinks } from './remove-links.ts';
import { removeSteer } from './remove-steer.ts';
import { replyThread } from './reply-thread.ts';
import { report } from './report.ts';
import { rerun } from './rerun.ts';
import { resolveThread } from './resolve-thread.ts';
import { restore } from './restore.ts';
import { resume } from './resume.ts';
import { retrySteer } from './retry-steer.ts';
import { review } from './review.ts';
import { runReaction } from './run-reaction.ts';
import { send } from './send.ts';
import { sendSteerNow } from './send-steer-now.ts';
import { session } from './session.ts';
import { sessionPage } from './session-page.ts';
import { sessions } from './sessions.ts';
import { snooze } from './snooze.ts';
import { spawn } from './spawn.ts';
import { steers } from './steers.ts';
import { stop } from './stop.ts';
import { terminal } from './terminal.ts';
import { threads } from './threads.ts';
import { undo } from './undo.ts';
import { verifyAudit } from './verify-audit.ts';
import { vouchLink } from './vouch-link.ts';

export const useCases = [
  spawn,
  adopt,
  session,
  steers,
  threads,
  events,
  logs,
  diff,
  checkLog,
  attach,
  send,
  editSteer,
  removeSteer,
  retrySteer,
  sendSteerNow,
  answer,
  interrupt,
  stop,
  kill,
  pause,
  undo,
  resume,
  done,
  rerun,
  restore,
  merge,
  review,
  replyThread,
  resolveThread,
  acknowledge,
  snooze,
  runReaction,
  changeAgent,
  handOver,
  listen,
  mute,
  createPullRequest,
  report,
  gh,
  inbox,
  issues,
  projects,
  cost,
  digest,
  budgets,
  raiseBudget,
  quota,
  orchestrate,
  prune,
  beginLink,
  confirmLink,
  vouchLink,
  removeLinks,
  ownLinks,
  allLinks,
  readAudit,
  verifyAudit,
  sessions,
  sessionPage,
  changes,
  terminal,
  agents,
] as const;
