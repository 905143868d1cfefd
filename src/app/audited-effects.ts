/** What ao does to the world on its own or for somebody is in the audit log as well as the wish for it. */
import type { AuditEntry } from '../domain/session/audit.ts';
import type { Effect, EffectType } from '../domain/session/effect.ts';
import { AO } from '../domain/session/ids.ts';
import type { Handler } from '../lifecycle/outbox-parts.ts';

/** A string: why there is no row. A new effect must say which it is. */
const EFFECT_ROWS: Readonly<Record<EffectType, true | string>> = {
  create_workspace: true,
  start_runtime: true,
  interrupt_agent: true,
  answer_request: true,
  kill_runtime: true,
  remove_workspace: true,
  restore_workspace: true,
  merge_pr: true,
  rerun_checks: true,
  update_branch: true,
  update_issue: true,
  spawn_session: true,
  reply_thread: true,
  resolve_threads: true,
  mark_ready: true,
  ask_review_again: true,
  write_handover: 'writes a file of its own; who asked for the hand-over has a row',
  deliver_steer: 'the message has its own row, and its receipts are events',
  read_pr_details: 'reads only',
  refresh_pr: 'reads only',
  notify: 'tells people, changes nothing',
};

type Audit = (entry: Omit<AuditEntry, 'at'>) => void;

/** One row when it is through, in the transaction that marks it done; one when it failed for good. */
export function auditedEffects(
  handlers: Readonly<Record<string, Handler>>,
  audit: Audit,
): Readonly<Record<string, Handler>> {
  return Object.fromEntries(
    Object.entries(handlers).map(([type, handler]) =>
      EFFECT_ROWS[type as EffectType] === true
        ? [type, withRows(type, handler, audit)]
        : [type, handler],
    ),
  );
}

function withRows(type: string, handler: Handler, audit: Audit): Handler {
  const row = (
    payload: unknown,
    session: string | null,
  ): Omit<AuditEntry, 'at' | 'detail' | 'allowed'> => {
    const effect = payload as Effect;
    const by = 'by' in effect ? (effect.by ?? AO) : AO;
    return { subject: by.subject, via: by.via, action: `effect.${type}`, session };
  };
  return {
    ...handler,
    async run(job) {
      const handled = await handler.run(job);
      return {
        ...handled,
        commit() {
          const { detail, allowed } = outcome(handled.result, job.payload);
          audit({ ...row(job.payload, job.session), detail, allowed });
          handled.commit?.();
        },
      };
    },
    failed(job, error) {
      audit({
        ...row(job.payload, job.session),
        detail: `failed: ${error.message}`,
        allowed: false,
      });
      handler.failed(job, error);
    },
  };
}

/** A handler that comes through may still say that it could not be done. */
function outcome(result: unknown, payload: unknown): { detail: string; allowed: boolean } {
  const said = result as { type?: string; reason?: string } | null | undefined;
  if (said?.type === 'failed') return { detail: `failed: ${said.reason ?? ''}`, allowed: false };
  const { type: _type, by: _by, ...rest } = payload as Record<string, unknown>;
  return { detail: JSON.stringify(rest).slice(0, 400), allowed: true };
}
