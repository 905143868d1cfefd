import { useEffect, useState } from 'preact/hooks';
import { issueName } from '../../../../domain/text/issue-name.ts';
import type { IssueView } from '../../../../http/contract.ts';
import { openSession } from '../live/actions.ts';
import { messageOf } from '../live/api.ts';
import { plural } from '../live/format.ts';
import type { Model } from '../live/model.ts';
import { spawnIssue, spawnKey } from '../live/spawn-issue.ts';
import { useModel } from '../parts/context.ts';
import { ViewHead } from '../parts/view-head.tsx';

export function IssuesView() {
  const model = useModel();
  const [project, setProject] = useState('');
  const [text, setText] = useState('');
  const [failed, setFailed] = useState<string | null>(null);
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
        {failed !== null && (
          <div class="empty big">
            <h2>Issues could not be read</h2>
            <p>{failed}</p>
            <button type="button" class="button" onClick={load}>
              Try again
            </button>
          </div>
        )}
        {shown.map((issue) => (
          <Row key={`${issue.project}#${issue.id}`} issue={issue} />
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

function Row({ issue }: { issue: IssueView }) {
  const model = useModel();
  const busy = model.pending.value.has(spawnKey(issue));
  const at = issue.session ?? sessionOn(model, issue);
  const start = (again: boolean): void => void spawnIssue(model, issue, again);
  return (
    <div class="issue" data-nav tabIndex={-1}>
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
