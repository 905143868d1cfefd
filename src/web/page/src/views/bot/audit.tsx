import { useState } from 'preact/hooks';
import type { AuditRow, AuditVerdict } from '../../../../../domain/session/audit.ts';
import { openSession } from '../../live/actions.ts';
import { exact, plural } from '../../live/format.ts';
import { useModel } from '../../parts/context.ts';
import { Section, Table } from './section.tsx';
import { useRead } from './use-read.ts';

const MOST = 200;

/** Who did what and who was refused, newest first; for admins. */
export function Audit() {
  const [session, setSession] = useState('');
  const [person, setPerson] = useState('');
  const [refused, setRefused] = useState(false);
  const query = new URLSearchParams({ limit: String(MOST), refused: refused ? '1' : '0' });
  if (session.trim() !== '') query.set('session', session.trim());
  if (person.trim() !== '') query.set('person', person.trim());
  const { found, failed, load } = useRead<readonly AuditRow[]>(`audit?${query}`);
  return (
    <Section title="Audit" note={noteOf(found)} failed={failed} again={load}>
      <div class="bot-tools">
        <input
          type="search"
          placeholder="Session"
          aria-label="Only of this session"
          value={session}
          onChange={(event) => setSession(event.currentTarget.value)}
        />
        <input
          type="search"
          placeholder="Person, e.g. slack:T1:U1"
          aria-label="Only of this person"
          value={person}
          onChange={(event) => setPerson(event.currentTarget.value)}
        />
        <button
          type="button"
          class="button"
          aria-pressed={refused}
          onClick={() => setRefused(!refused)}
        >
          Only refusals
        </button>
        <Verify />
      </div>
      <Rows rows={found ?? []} />
    </Section>
  );
}

const noteOf = (rows: readonly AuditRow[] | null): string => {
  if (rows === null) return '';
  return rows.length < MOST ? plural(rows.length, 'row') : `The newest ${MOST} rows`;
};

function Verify() {
  const [wanted, setWanted] = useState(false);
  if (wanted) return <Verdict />;
  return (
    <button type="button" class="button" onClick={() => setWanted(true)}>
      Verify
    </button>
  );
}

function Verdict() {
  const { found, failed } = useRead<AuditVerdict>('audit/verify');
  if (failed !== null) return <span class="field-error">{failed}</span>;
  if (found === null) return <span role="status">Looking at every row…</span>;
  return found.broken === null ? (
    <span role="status" class="verdict-good">
      {plural(found.rows, 'row')}, the chain is whole. Head {found.head.slice(0, 12)}
    </span>
  ) : (
    <span role="status" class="field-error">
      Row {found.broken.row}: {found.broken.why}
    </span>
  );
}

function Rows({ rows }: { rows: readonly AuditRow[] }) {
  const model = useModel();
  return (
    <Table label="Audit" heads={['When', 'Who', 'By way of', 'What', 'Session', 'Detail']}>
      {[...rows].reverse().map((row) => (
        <tr key={row.id} class={row.allowed ? '' : 'refused'}>
          <td>{exact(row.at)}</td>
          <td>{row.subject}</td>
          <td>{row.via}</td>
          <td>
            {row.action}
            {!row.allowed && <b> refused</b>}
          </td>
          <td>
            {row.session !== null && (
              <button
                type="button"
                class="link"
                onClick={() => openSession(model, row.session ?? '')}
              >
                {row.session}
              </button>
            )}
          </td>
          <td>{row.detail}</td>
        </tr>
      ))}
    </Table>
  );
}
