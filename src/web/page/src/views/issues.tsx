import { useEffect, useState } from 'preact/hooks';
import { issueName } from '../../../../domain/text/issue-name.ts';
import type { IssueView } from '../../../../http/contract.ts';
import { openSession } from '../live/actions.ts';
import { messageOf } from '../live/api.ts';
import { plural } from '../live/format.ts';
import type { Model } from '../live/model.ts';
import { spawnIssue, spawnIssues, spawnKey } from '../live/spawn-issue.ts';
import { useModel } from '../parts/context.ts';
import { ViewHead } from '../parts/view-head.tsx';

export function IssuesView() {
  const model = useModel();
  const [project, setProject] = useState('');
  const [text, setText] = useState('');
  const [failed, setFailed] = useState<string | null>(null);
  const picks = usePicks();
  const load = (): void =>
    void model.api.get<IssueView[]>('issues?state=open').then(
      (found) => {
        model.issues.value = found;
        setFailed(null);
      },
      (error: unknown) => setFailed(messageOf(error)),
    );
  useEffect(load, []);

  const words = text.toLowerCase();
  const shown = (model.issues.value ?? []).filter(
    (issue) =>
      (project === '' || issue.project === project) &&
      (issue.title.toLowerCase().includes(words) ||
        issue.id.includes(words.replace('#', '')) ||
        issue.labels.some((label) => label.includes(words))),
  );
  return (
    <>
      <ViewHead title="Issues" note={model.issues.value ? `${shown.length} open` : 'Loading…'}>
        <SpawnPicked picks={picks} />
        <input
          class="search"
          type="search"
          placeholder="Filter"
          aria-label="Filter issues"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {model.projects.value.length > 1 && (
          <select
            aria-label="Project"
            value={project}
            onChange={(event) => setProject(event.currentTarget.value)}
          >
            <option value="">All projects</option>
            {model.projects.value.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      </ViewHead>
      <div class="issues">
        {failed !== null && <Unread why={failed} again={load} />}
        {shown.map((issue) => (
          <Row key={keyOf(issue)} issue={issue} picks={picks} />
        ))}
        {model.issues.value && shown.length === 0 && failed === null && (
          <div class="empty big">
            <h2>{text === '' ? 'No open issues' : `Nothing matches “${text}”`}</h2>
            <p>
              {text === ''
                ? 'Start a session from a text instead, with the + at the top left.'
                : `${plural(model.issues.value.length, 'issue')} without the filter.`}
            </p>
          </div>
        )}
      </div>
    </>
  );
}

const Unread = ({ why, again }: { why: string; again: () => void }) => (
  <div class="empty big">
    <h2>Issues could not be read</h2>
    <p>{why}</p>
    <button type="button" class="button" onClick={again}>
      Try again
    </button>
  </div>
);

const keyOf = (issue: IssueView): string => `${issue.project}#${issue.id}`;

/** Issues that were chosen to be started together. */
function usePicks() {
  const [picked, setPicked] = useState<ReadonlyMap<string, IssueView>>(new Map());
  const set = (issues: readonly IssueView[], wanted: boolean): void =>
    setPicked((before) => {
      const next = new Map(before);
      for (const issue of issues)
        if (wanted) next.set(keyOf(issue), issue);
        else next.delete(keyOf(issue));
      return next;
    });
  return { picked, set };
}
type Picks = ReturnType<typeof usePicks>;

function SpawnPicked({ picks }: { picks: Picks }) {
  const model = useModel();
  const issues = [...picks.picked.values()].filter(
    (issue) => issue.session === null && sessionOn(model, issue) === null,
  );
  const [busy, setBusy] = useState(false);
  if (issues.length === 0) return null;
  const start = async (): Promise<void> => {
    setBusy(true);
    picks.set(await spawnIssues(model, issues), false);
    setBusy(false);
  };
  return (
    <button type="button" class="button primary" disabled={busy} onClick={() => void start()}>
      Start {plural(issues.length, 'session')}
    </button>
  );
}

function Row({ issue, picks }: { issue: IssueView; picks: Picks }) {
  const model = useModel();
  const busy = model.pending.value.has(spawnKey(issue));
  const at = issue.session ?? sessionOn(model, issue);
  const start = (again: boolean): void => void spawnIssue(model, issue, again);
  return (
    <div class="issue" data-nav tabIndex={-1}>
      <label class="issue-pick">
        <input
          type="checkbox"
          aria-label={`Choose ${issueName(issue.id)} ${issue.title}`}
          checked={at === null && picks.picked.has(keyOf(issue))}
          disabled={at !== null}
          onChange={(event) => picks.set([issue], event.currentTarget.checked)}
        />
      </label>
      <span class="issue-id">{issueName(issue.id)}</span>
      <span class="issue-title">
        {issue.url !== null && /^https?:/.test(issue.url) ? (
          <a href={issue.url} target="_blank" rel="noopener noreferrer">
            {issue.title}
          </a>
        ) : (
          issue.title
        )}
        {issue.labels.map((label) => (
          <span key={label} class="label">
            {label}
          </span>
        ))}
      </span>
      <span class="issue-side faint">{issue.project}</span>
      <span class="issue-side faint">{issue.assignee ? `@${issue.assignee}` : ''}</span>
      {at !== null ? (
        <button type="button" class="button" data-open onClick={() => openSession(model, at)}>
          Open {at}
        </button>
      ) : (
        <button
          type="button"
          class="button primary-soft"
          disabled={busy}
          aria-busy={busy}
          onClick={() => start(false)}
        >
          {busy && <span class="spinner" />}Spawn
        </button>
      )}
    </div>
  );
}

/** The list may be older than the sessions. */
function sessionOn(model: Model, issue: IssueView): string | null {
  for (const view of model.sessions.value.values())
    if (
      view.project === issue.project &&
      view.task.type === 'issue' &&
      view.task.issue === issue.id &&
      view.stage !== 'ended'
    )
      return view.id;
  return null;
}
