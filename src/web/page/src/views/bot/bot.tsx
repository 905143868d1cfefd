import type { IdentityView } from '../../../../../http/contract.ts';
import type { DoctorFinding } from '../../../../../slots/context.ts';
import { plural } from '../../live/format.ts';
import { useModel } from '../../parts/context.ts';
import { Time } from '../../parts/time.tsx';
import { ViewHead } from '../../parts/view-head.tsx';
import '../../styles/bot.css';
import { Audit } from './audit.tsx';
import { Section, Table } from './section.tsx';
import { useRead } from './use-read.ts';

/** The running bot: what is wrong with it, its projects, the people it knows, and what was done. */
export default function BotView() {
  const version = useModel().me.value?.version;
  return (
    <>
      <ViewHead title="Bot" note={version === undefined ? '' : `ao ${version}`} />
      <div class="bot">
        <Health />
        <Projects />
        <People />
        <Audit />
      </div>
    </>
  );
}

const MARKS = { ok: 'Fine', warning: 'Warning', error: 'Error' } as const;

function Health() {
  const { found, failed, load } = useRead<readonly DoctorFinding[]>('doctor');
  const worst = (found ?? []).filter(({ level }) => level !== 'ok').length;
  return (
    <Section
      title="Health"
      note={found && (worst === 0 ? 'Nothing is wrong' : `${plural(worst, 'thing')} to look at`)}
      failed={failed}
      again={load}
    >
      <ul class="findings">
        {(found ?? []).map(({ level, what, fix }) => (
          <li key={what} class={`finding-${level}`}>
            <span class="finding-level">{MARKS[level]}</span>
            <span>
              {what}
              {fix !== null && <span class="faint"> {fix}</span>}
            </span>
          </li>
        ))}
      </ul>
      <p class="faint">
        This is what the bot finds while it runs. <code>ao doctor</code> looks at the machine too.
      </p>
    </Section>
  );
}

function Projects() {
  const projects = useModel().projects.value;
  return (
    <Section title="Projects" note={plural(projects.length, 'project')}>
      <Table label="Projects" heads={['Project', 'Folder', 'Base', 'Agent', 'Sessions', 'Live']}>
        {projects.map((one) => (
          <tr key={one.id}>
            <th scope="row">{one.name}</th>
            <td>
              <code>{one.path}</code>
            </td>
            <td>
              <code>{one.defaultBranch}</code>
            </td>
            <td>{one.agent}</td>
            <td class="num">{one.sessions}</td>
            <td class="num">{one.live}</td>
          </tr>
        ))}
      </Table>
      <p class="faint">
        Their settings are in <code>ao.yaml</code>; <code>ao config show</code> prints them.
      </p>
    </Section>
  );
}

/** Everybody's where this person may see that, else their own. */
function People() {
  const all = useRead<readonly IdentityView[]>('identities?all=1');
  const own = useRead<readonly IdentityView[]>('identities');
  const { found } = all.failed === null ? all : own;
  return (
    <Section
      title="People and logins"
      note={all.failed === null ? '' : 'Yours; admins see those of everybody'}
      failed={all.failed === null ? null : own.failed}
      again={own.load}
    >
      {found?.length === 0 && (
        <p class="faint">
          Nobody has linked a login yet. <code>ao link</code> says how.
        </p>
      )}
      {found !== null && found.length > 0 && (
        <Table label="People and logins" heads={['Person', 'Login', 'Proved by', 'Since']}>
          {found.map((one) => (
            <tr key={`${one.subject} ${one.forge}`}>
              <th scope="row">{one.subject}</th>
              <td>
                {one.login} at {one.forge}
              </td>
              <td>{one.proof === 'comment' ? 'a comment of the login' : 'an admin'}</td>
              <td>
                <Time at={one.at} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}
