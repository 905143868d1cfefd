import { Webhooks } from '@octokit/webhooks';
import { z } from 'zod';
import { isRecord } from '../../../src/lib/is-record.ts';
import { authFailed, rejected } from '../../../src/slots/errors.ts';

/** What a delivery is about. Its content is never taken for the truth: it only says where to look. */
export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly action: string | null;
  /** Lower case owner/name; null for events of the app itself. */
  readonly repository: string | null;
  /** Its id, which no rename changes. */
  readonly repositoryId: string | null;
  readonly numbers: readonly number[];
  readonly branch: string | null;
  /** Branch that moved under pull requests. */
  readonly base: string | null;
  readonly sha: string | null;
  /** Nothing that is watched can have changed. */
  readonly idle: boolean;
}

const MAX_BODY = 25 * 1_048_576;

/** Throws `auth` on a bad signature and `rejected` on what is no delivery. The comparison takes the same time for every wrong signature. */
export async function readDelivery(
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array },
  secret: string,
): Promise<Delivery> {
  const headers = new Map(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if (request.body.byteLength > MAX_BODY)
    throw rejected('AO_WEBHOOK_TOO_LARGE', 'A delivery has at most 25 MB.');
  const text = new TextDecoder('utf-8', { fatal: false }).decode(request.body);
  const signature = headers.get('x-hub-signature-256') ?? '';
  if (signature === '' || text === '' || !(await new Webhooks({ secret }).verify(text, signature)))
    throw authFailed(
      'AO_WEBHOOK_SIGNATURE',
      'The signature does not fit. Give the webhook at GitHub the secret that scm.webhook.secret has.',
    );
  const id = headers.get('x-github-delivery') ?? '';
  const event = headers.get('x-github-event') ?? '';
  if (id === '' || event === '')
    throw rejected('AO_WEBHOOK_BROKEN', 'X-GitHub-Delivery or X-GitHub-Event is missing.');
  return { id, event, ...aboutOf(event, payloadOf(text, headers.get('content-type') ?? '')) };
}

function payloadOf(text: string, contentType: string): Readonly<Record<string, unknown>> {
  try {
    const json = contentType.startsWith('application/x-www-form-urlencoded')
      ? (new URLSearchParams(text).get('payload') ?? '')
      : text;
    const payload: unknown = JSON.parse(json);
    if (isRecord(payload)) return payload;
  } catch {
    // Told below: what is no JSON is as wrong as what is no object.
  }
  throw rejected(
    'AO_WEBHOOK_BROKEN',
    'The body is no JSON object. Choose the content type application/json for the webhook at GitHub.',
  );
}

const number = z.object({ number: z.number() });
const numberOf = (value: unknown): readonly number[] => {
  const found = number.safeParse(value);
  return found.success ? [found.data.number] : [];
};
const textAt = (value: unknown, ...path: readonly string[]): string | null => {
  let at = value;
  for (const key of path) at = isRecord(at) ? at[key] : undefined;
  return typeof at === 'string' ? at : null;
};
const listAt = (value: unknown, key: string): readonly unknown[] =>
  isRecord(value) && Array.isArray(value[key]) ? value[key] : [];

/** Where to look after an event; unknown events and unknown fields lead nowhere. */
export function aboutOf(
  event: string,
  payload: Readonly<Record<string, unknown>>,
): Omit<Delivery, 'id' | 'event'> {
  const action = textAt(payload, 'action');
  const repository = textAt(payload, 'repository', 'full_name')?.toLowerCase() ?? null;
  const repositoryId = textAt(payload, 'repository', 'node_id');
  const nothing = {
    action,
    repository,
    repositoryId,
    numbers: [],
    branch: null,
    base: null,
    sha: null,
    idle: true,
  };
  switch (event) {
    case 'pull_request':
    case 'pull_request_review':
    case 'pull_request_review_comment':
    case 'pull_request_review_thread':
      return {
        ...nothing,
        numbers: numberOf(payload.pull_request),
        branch:
          action === 'opened' || action === 'reopened'
            ? textAt(payload, 'pull_request', 'head', 'ref')
            : null,
        idle: false,
      };
    case 'issue_comment':
      return isRecord(payload.issue) && isRecord(payload.issue.pull_request)
        ? { ...nothing, numbers: numberOf(payload.issue), idle: false }
        : nothing;
    case 'check_run':
    case 'check_suite':
    case 'workflow_run':
    case 'workflow_job':
      return ofChecks(event, payload, nothing);
    case 'status':
      return {
        ...nothing,
        sha: textAt(payload, 'sha'),
        idle: textAt(payload, 'state') === 'pending',
      };
    case 'push': {
      const branch = textAt(payload, 'ref')?.replace(/^refs\/heads\//, '') ?? null;
      return { ...nothing, branch, base: branch, idle: branch === null };
    }
    case 'merge_group': {
      const merged = /\/pr-(\d+)-/.exec(textAt(payload, 'merge_group', 'head_ref') ?? '')?.[1];
      return merged === undefined
        ? nothing
        : { ...nothing, numbers: [Number(merged)], idle: false };
    }
    default:
      return nothing;
  }
}

/** Beginning checks change nothing that is acted on; a re-run does. */
function ofChecks(
  event: string,
  payload: Readonly<Record<string, unknown>>,
  nothing: Omit<Delivery, 'id' | 'event'>,
): Omit<Delivery, 'id' | 'event'> {
  const subject = payload[event];
  const conclusion = textAt(subject, 'conclusion');
  const over = nothing.action === 'completed';
  // One good run among many says nothing yet: its suite does.
  const good =
    event !== 'check_suite' &&
    event !== 'workflow_run' &&
    (conclusion === 'success' || conclusion === 'neutral' || conclusion === 'skipped');
  const again =
    nothing.action === 'rerequested' ||
    (event === 'workflow_run' && nothing.action === 'requested');
  return {
    ...nothing,
    sha: textAt(subject, 'head_sha'),
    numbers: listAt(subject, 'pull_requests').flatMap(numberOf),
    idle: !(again || (over && !good)),
  };
}
