import type { AuditEntry } from '../domain/session/audit.ts';
import type { SessionEvent } from '../domain/session/event.ts';

type Row = Omit<AuditEntry, 'at' | 'session'>;

/** What happens to a session without anybody's command: its end by ao itself, and a decision that was taken at the agent's terminal. */
export function auditOfEvent(event: SessionEvent): readonly Row[] {
  switch (event.type) {
    case 'session.ended':
      return [
        {
          subject: event.by.subject,
          via: event.by.via,
          action: 'session.ended',
          detail: `${event.cause}${event.reason === null ? '' : `: ${event.reason}`}`,
          allowed: true,
        },
      ];
    case 'request.answered':
      return event.where === 'terminal'
        ? [
            {
              subject: 'terminal',
              via: 'agent',
              action: 'decide permission',
              detail: `${event.request}: in the terminal`,
              allowed: true,
            },
          ]
        : [];
    default:
      return [];
  }
}
