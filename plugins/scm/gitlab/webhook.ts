import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { authFailed, rejected } from '../../../src/slots/errors.ts';

/** What a delivery is about. Its content is never taken for the truth: it only says that it is time to look. */
export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly project: number | null;
  readonly kind: 'checks' | 'merge requests' | null;
  readonly number: number | null;
}

const MAX_BODY = 25 * 1_048_576;
/** A signed delivery is refused when it was made longer ago, or later, than this. ms */
const WINDOW = 300_000;
const SIGNING = 'whsec_';

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * Throws `auth` on a bad proof and `rejected` on what isn't a delivery. A secret that begins with `whsec_` is GitLab's signing token:
 * then only signed deliveries are taken. Any other is the older secret token, which each delivery carries.
 */
export function readDelivery(request: Request, secret: string, now: number): Delivery {
  const headers = new Map(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if (request.body.byteLength > MAX_BODY)
    throw rejected('AO_WEBHOOK_TOO_LARGE', 'A delivery has at most 25 MB.');
  if (secret.startsWith(SIGNING)) verifySignature(headers, request.body, { secret, now });
  else verifyToken(headers.get('x-gitlab-token') ?? '', secret);
  const event = headers.get('x-gitlab-event') ?? '';
  if (event === '') throw rejected('AO_WEBHOOK_BROKEN', 'X-Gitlab-Event is missing.');
  const body = bodyOf(request.body);
  // The event's own id is shared by deliveries that one of them caused; only the key is the delivery's.
  const id = headers.get('idempotency-key') ?? headers.get('webhook-id') ?? digest(request.body);
  return { id, event, ...aboutOf(body) };
}

function verifyToken(given: string, secret: string): void {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  if (given !== '' && timingSafeEqual(hash(given), hash(secret))) return;
  throw authFailed(
    'AO_WEBHOOK_SIGNATURE',
    'The secret token does not fit. Give the webhook at GitLab the one that scm.webhook.secret has.',
  );
}

function verifySignature(
  headers: ReadonlyMap<string, string>,
  body: Uint8Array,
  { secret, now }: { readonly secret: string; readonly now: number },
): void {
  const id = headers.get('webhook-id') ?? '';
  const at = headers.get('webhook-timestamp') ?? '';
  const key = Buffer.from(secret.slice(SIGNING.length), 'base64');
  const wanted = createHmac('sha256', key).update(`${id}.${at}.`).update(body).digest();
  const fits = (headers.get('webhook-signature') ?? '').split(' ').some((one) => {
    const [version, value = ''] = one.split(',');
    const given = Buffer.from(value, 'base64');
    return version === 'v1' && given.length === wanted.length && timingSafeEqual(given, wanted);
  });
  if (!fits || id === '')
    throw authFailed(
      'AO_WEBHOOK_SIGNATURE',
      'The signature does not fit. Give scm.webhook.secret the signing token of the webhook at GitLab.',
    );
  if (!/^\d+$/.test(at) || Math.abs(now - Number(at) * 1_000) > WINDOW)
    throw authFailed(
      'AO_WEBHOOK_OLD',
      'The delivery was signed more than five minutes from now. Put the clocks of both machines right.',
    );
}

const digest = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex');

const payloadSchema = z.looseObject({
  object_kind: z.string().optional(),
  project: z.object({ id: z.number() }).optional(),
  project_id: z.number().optional(),
  object_attributes: z.looseObject({ iid: z.number().optional() }).nullish(),
  merge_request: z.looseObject({ iid: z.number().optional() }).nullish(),
});
type Payload = z.output<typeof payloadSchema>;

function bodyOf(bytes: Uint8Array): Payload {
  let value: unknown = null;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: false }).decode(bytes));
  } catch {
    // Told below: what is no JSON is as wrong as what is no object.
  }
  const read = payloadSchema.safeParse(value);
  if (!read.success)
    throw rejected('AO_WEBHOOK_BROKEN', 'The body is not the JSON of a GitLab delivery.');
  return read.data;
}

/** Unknown kinds and unknown fields lead nowhere. */
function aboutOf(body: Payload): Omit<Delivery, 'id' | 'event'> {
  const project = body.project?.id ?? body.project_id ?? null;
  switch (body.object_kind) {
    case 'merge_request':
      return { project, kind: 'merge requests', number: body.object_attributes?.iid ?? null };
    case 'note':
      return { project, kind: 'merge requests', number: body.merge_request?.iid ?? null };
    case 'pipeline':
      return { project, kind: 'checks', number: body.merge_request?.iid ?? null };
    case 'build':
      return { project, kind: 'checks', number: null };
    case 'push':
      return { project, kind: 'merge requests', number: null };
    default:
      return { project, kind: null, number: null };
  }
}
