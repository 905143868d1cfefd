import { useState } from 'preact/hooks';
import { decisionWords } from '../../../../domain/merge/decision-words.ts';
import type { Check } from '../../../../domain/session/facts.ts';
import type { SessionView } from '../../../../http/contract.ts';
import { postSession } from '../live/actions.ts';
import { messageOf } from '../live/api.ts';
import { useModel } from '../parts/context.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { ScrollText } from '../parts/scroll-text.tsx';

export function ChecksTab({ view }: { view: SessionView }) {
  const model = useModel();
  const pr = view.pr;
  if (!pr)
    return (
      <div class="empty">
        <h2>No pull request yet</h2>
        <p>Checks run when the agent opens one.</p>
      </div>
    );
  const { checks } = pr;
  return (
    <div class="checks">
      <section class="pr-box">
        <h3>
          {pr.url !== null && /^https?:/.test(pr.url) ? (
            <a href={pr.url} target="_blank" rel="noopener noreferrer">
              PR #{pr.number}
            </a>
          ) : (
            `PR #${pr.number}`
          )}{' '}
          {pr.title}
        </h3>
        <p class="faint">
          <code>{pr.branch}</code> into <code>{pr.base}</code> at{' '}
          <code>{pr.headSha.slice(0, 7)}</code> · review: {decisionWords(pr.review.decision)}
          {pr.review.approvedBy.length > 0 && ` by ${pr.review.approvedBy.join(', ')}`}
        </p>
        {pr.state === 'open' &&
          (pr.waits.length === 0 ? (
            <p class="gate open">
              <Icon name="check" size={14} />
              Ready to merge
            </p>
          ) : (
            <ul class="gate">
              {pr.waits.map(({ text, remedy }) => (
                <li key={text} title={remedy}>
                  {text}
                </li>
              ))}
            </ul>
          ))}
        {pr.notes.map((note) => (
          <p class="faint" key={note}>
            {note}
          </p>
        ))}
      </section>
      <div class="checks-head">
        <h3>
          {checks.total === 0
            ? checks.state === 'none'
              ? 'No checks'
              : `Checks ${checks.state}`
            : `${checks.passed} of ${checks.total} passed`}
          {checks.sha !== null &&
            checks.sha !== pr.headSha &&
            !pr.headSha.startsWith(checks.sha) && (
              <span class="warn"> on {checks.sha.slice(0, 7)}, an older commit</span>
            )}
        </h3>
        {view.actions.includes('rerun') && (
          <button
            type="button"
            class="button"
            onClick={() => void postSession(model, view.id, 'rerun')}
          >
            Rerun
          </button>
        )}
      </div>
      {checks.items.map((check) => (
        <CheckRow key={check.name} session={view.id} check={check} />
      ))}
    </div>
  );
}

type Mark = {
  readonly icon: IconName;
  readonly tone: 'good' | 'bad' | 'run' | 'flat';
  readonly word: string;
};

function markOf(check: Check): Mark {
  if (check.status !== 'completed') return { icon: 'dot', tone: 'run', word: check.status };
  switch (check.conclusion) {
    case 'success':
      return { icon: 'check', tone: 'good', word: 'passed' };
    case 'skipped':
    case 'neutral':
      return { icon: 'skip', tone: 'flat', word: check.conclusion };
    case 'failure':
      return { icon: 'cross', tone: 'bad', word: 'failed' };
    default:
      return {
        icon: 'cross',
        tone: 'bad',
        word: (check.conclusion ?? 'unknown').replace('_', ' '),
      };
  }
}

function CheckRow({ session, check }: { session: string; check: Check }) {
  const model = useModel();
  const [log, setLog] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const mark = markOf(check);
  const toggle = () => {
    if (log !== null) return setLog(null);
    void model.api
      .get<{ text: string }>(
        `sessions/${encodeURIComponent(session)}/checks/${encodeURIComponent(check.name)}/log`,
      )
      .then(
        (found) => {
          setLog(found.text);
          setFailed(null);
        },
        (error: unknown) => setFailed(messageOf(error)),
      );
  };
  return (
    <div class={`check check-${mark.tone}`}>
      <button
        type="button"
        class="check-head"
        data-nav
        aria-expanded={log !== null}
        onClick={toggle}
      >
        <span class="check-mark">
          <Icon name={mark.icon} size={14} />
        </span>
        <span class="check-name">{check.name}</span>
        {check.required === false && <span class="faint">optional</span>}
        <span class="check-word">{mark.word}</span>
        <span class="link">{log === null ? 'Log' : 'Fold'}</span>
      </button>
      {log === null && check.excerpt !== null && (
        <ScrollText class="log excerpt" label={`Why ${check.name} failed`}>
          {check.excerpt}
        </ScrollText>
      )}
      {log !== null && (
        <ScrollText class="log" label={`Log of ${check.name}`} fromEnd>
          {log}
        </ScrollText>
      )}
      {failed !== null && <p class="field-error">{failed}</p>}
    </div>
  );
}
