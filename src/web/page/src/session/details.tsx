import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { SessionView } from '../../../../http/contract.ts';
import { openSession, toast } from '../live/actions.ts';
import { exact, span, tokens, usd } from '../live/format.ts';
import { useModel } from '../parts/context.ts';
import { Icon } from '../parts/icon.tsx';
import { Time } from '../parts/time.tsx';

export function DetailsTab({ view }: { view: SessionView }) {
  const model = useModel();
  const attach = useAttach(view);
  const parent = view.parent;
  return (
    <div class="details">
      <dl>
        <Row name="Task">
          {view.task.type === 'prompt' ? view.task.text : view.title}
          {view.issue !== null && ` (${view.issue})`}
        </Row>
        <Row name="Project">{view.project}</Row>
        <Row name="Agent">
          {view.agent}
          {view.program?.version != null && ` ${view.program.version}`}
          {view.model !== null && ` · ${view.model}`} · {view.permissions}
        </Row>
        {view.program?.untried != null && <Row name="Version">⚠️ {view.program.untried}</Row>}
        <Row name="Branch">
          <Copy text={view.branch} /> from {view.base}
        </Row>
        {view.workspacePath !== null && (
          <Row name="Worktree">
            <Copy text={view.workspacePath} />
          </Row>
        )}
        {attach !== null && (
          <Row name="Attach">
            <Copy text={attach} />
          </Row>
        )}
        <Row name="Started">
          {view.startedBy.name}, <Time at={view.createdAt} />
        </Row>
        {view.owner.subject !== view.startedBy.subject && <Row name="Owner">{view.owner.name}</Row>}
        {view.endedAt !== null && (
          <Row name="Ended">
            <span title={exact(view.endedAt)}>
              {view.outcome?.cause} by {view.outcome?.by.name}, after{' '}
              {span(view.endedAt - view.createdAt)}
            </span>
            {view.outcome?.reason && `: ${view.outcome.reason}`}
          </Row>
        )}
        {parent !== null && (
          <Row name="Parent">
            <button type="button" class="link" onClick={() => openSession(model, parent)}>
              {parent}
            </button>
          </Row>
        )}
        <Row name="Rounds">
          {view.ciRounds} CI, {view.reviewRounds} review
        </Row>
        {view.snapshotRef !== null && (
          <Row name="Snapshot">
            <Copy text={view.snapshotRef} />
            {view.undoUntil !== null && ` until ${exact(view.undoUntil)}`}
          </Row>
        )}
        {view.prs.length > 1 && (
          <Row name="Pull requests">
            {view.prs.map((pr) => `#${pr.number} ${pr.state}`).join(', ')}
          </Row>
        )}
      </dl>
      <h3>Cost</h3>
      {view.usage.length === 0 ? <p class="faint">Nothing used yet.</p> : <Usage view={view} />}
    </div>
  );
}

function Usage({ view }: { view: SessionView }) {
  return (
    <div class="table-wrap">
      <table>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" class="num">
              In
            </th>
            <th scope="col" class="num">
              Out
            </th>
            <th scope="col" class="num">
              Cache read
            </th>
            <th scope="col" class="num">
              Cache write
            </th>
            <th scope="col" class="num">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {view.usage.map((row) => (
            <tr key={row.model}>
              <td>{row.model}</td>
              <td class="num">{tokens(row.inputTokens)}</td>
              <td class="num">{tokens(row.outputTokens)}</td>
              <td class="num">{tokens(row.cacheReadTokens)}</td>
              <td class="num">{tokens(row.cacheWriteTokens)}</td>
              <td class="num">{usd(row.usd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Copy({ text }: { text: string }) {
  const model = useModel();
  const copy = (): void =>
    void navigator.clipboard.writeText(text).then(
      () => toast(model, 'Copied.'),
      () => toast(model, 'The browser did not allow copying.'),
    );
  return (
    <span class="copy">
      <code>{text}</code>
      <button
        type="button"
        class="icon-button"
        aria-label={`Copy ${text}`}
        title="Copy"
        onClick={copy}
      >
        <Icon name="copy" size={14} />
      </button>
    </span>
  );
}

/** The command that attaches a terminal of one's own; none for ended sessions and runtimes that can't. */
function useAttach(view: SessionView): string | null {
  const model = useModel();
  const [line, setLine] = useState<string | null>(null);
  useEffect(() => {
    setLine(null);
    if (view.stage === 'running')
      void model.api.get<{ argv: string[] }>(`sessions/${encodeURIComponent(view.id)}/attach`).then(
        ({ argv }) => setLine(argv.map(quote).join(' ')),
        () => {},
      );
  }, [view.id, view.stage]);
  return line;
}

const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
