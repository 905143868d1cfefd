import type { webApi } from '@slack/bolt';
import {
  authFailed,
  notFound,
  PluginError,
  rejected,
  transient,
} from '../../../src/slots/errors.ts';

/** What Slack calls it, in words, and what to do. */
interface Known {
  readonly kind: 'not_found' | 'rejected' | 'auth' | 'transient';
  readonly words: string;
  /** Somebody can put it right at Slack, and the same call works then. */
  readonly mendable?: true;
}

const NOT_FOUND = (words: string): Known => ({ kind: 'not_found', words });
const REJECTED = (words: string): Known => ({ kind: 'rejected', words });
const AUTH = (words: string): Known => ({ kind: 'auth', words });
const TRANSIENT = (words: string): Known => ({ kind: 'transient', words });

const MENDABLE = (known: Known): Known => ({ ...known, mendable: true });

const REINSTALL =
  'Reinstall the app (api.slack.com/apps > Install App) and put the new token into .env.';

const KNOWN: Readonly<Record<string, Known>> = {
  channel_not_found: MENDABLE(
    NOT_FOUND(
      'The channel does not exist, or is private and ao was not invited. Check its id, and say /invite @ao there.',
    ),
  ),
  thread_not_found: NOT_FOUND('The thread is gone; somebody deleted its first message.'),
  invalid_thread_ts: NOT_FOUND('The thread is gone; somebody deleted its first message.'),
  message_not_found: NOT_FOUND('The message is gone; somebody deleted it.'),
  no_item_specified: NOT_FOUND('The message is gone; somebody deleted it.'),
  bad_timestamp: NOT_FOUND('There is no such message.'),
  file_not_found: NOT_FOUND('The file is gone; somebody deleted it.'),
  file_deleted: NOT_FOUND('The file is gone; somebody deleted it.'),
  user_not_found: NOT_FOUND('There is no such person in the workspace.'),
  is_archived: MENDABLE(
    REJECTED('The channel is archived. Unarchive it, or bind the project to another one.'),
  ),
  not_in_channel: MENDABLE(REJECTED('ao is not in the channel. Say /invite @ao there.')),
  user_not_in_channel: REJECTED('The person is not in the channel.'),
  restricted_action: MENDABLE(
    REJECTED('The workspace lets only some people post there. Ask an admin to let the app.'),
  ),
  missing_scope: MENDABLE(
    REJECTED(
      `The app lacks a permission. Compare its manifest with ao slack manifest. ${REINSTALL}`,
    ),
  ),
  no_permission: MENDABLE(
    REJECTED('The workspace does not let the app do that. Ask an admin to allow it.'),
  ),
  access_denied: MENDABLE(
    REJECTED('The workspace does not let the app do that. Ask an admin to allow it.'),
  ),
  ekm_access_denied: MENDABLE(
    REJECTED('The workspace has suspended access to its keys. Ask an admin.'),
  ),
  team_access_not_granted: MENDABLE(
    REJECTED('The app is not allowed in this workspace. Ask an admin to grant it.'),
  ),
  org_login_required: MENDABLE(
    REJECTED(
      'The workspace is being moved into an organization; it takes nothing until that is done.',
    ),
  ),
  team_added_to_org: MENDABLE(
    REJECTED(
      'The workspace is being moved into an organization; it takes nothing until that is done.',
    ),
  ),
  enterprise_is_restricted: MENDABLE(
    REJECTED('The organization does not let the app do that. Ask an admin to allow it.'),
  ),
  cannot_reply_to_message: MENDABLE(
    REJECTED('Nobody can reply to this message at the moment. Ask an admin to open the thread.'),
  ),
  posting_to_general_channel_denied: MENDABLE(
    REJECTED('The workspace does not let apps post there. Ask an admin, or bind another channel.'),
  ),
  message_limit_exceeded: MENDABLE(
    REJECTED('The workspace has reached its number of messages. Ask an admin.'),
  ),
  accesslimited: TRANSIENT('Slack limits access to the workspace.'),
  edit_window_closed: REJECTED('The workspace does not let messages of this age be edited.'),
  cant_update_message: REJECTED('The message is not one of ao.'),
  msg_too_long: REJECTED('The message is too long for Slack.'),
  msg_blocks_too_long: REJECTED('The message is too long for Slack.'),
  invalid_blocks: REJECTED('Slack does not take the blocks of the message.'),
  not_authed: AUTH(`No token was sent. ${REINSTALL}`),
  invalid_auth: AUTH(`The token is not valid. ${REINSTALL}`),
  token_revoked: AUTH(`The token was revoked. ${REINSTALL}`),
  token_expired: AUTH(`The token has expired. ${REINSTALL}`),
  account_inactive: AUTH(`The app was removed from the workspace. ${REINSTALL}`),
  not_allowed_token_type: AUTH(
    'This kind of token is not for this. botToken begins with xoxb-, appToken with xapp-.',
  ),
  ratelimited: TRANSIENT('Slack asks to slow down.'),
  rate_limited: TRANSIENT('Slack asks to slow down.'),
  fatal_error: TRANSIENT('Slack has an internal problem.'),
  internal_error: TRANSIENT('Slack has an internal problem.'),
  service_unavailable: TRANSIENT('Slack has an internal problem.'),
  request_timeout: TRANSIENT('Slack has an internal problem.'),
};

/** What Slack began and did not answer in time may still come about; after this long it is there, or it never will be. ms */
const SETTLED_AFTER = 60_000;

/** Any failure of a call as the contract's error. Network failures and 5xx are transient: whether it was done is not known. */
export function toPluginError(method: string, error: unknown): PluginError {
  if (error instanceof PluginError) return error;
  if (isCoded<webApi.WebAPIRateLimitedError>(error, 'slack_webapi_rate_limited_error'))
    return transient(
      'AO_SLACK_RATE',
      `Slack asks to wait ${error.retryAfter} s before the next ${method}.`,
      {
        cause: error,
        retryAfter: error.retryAfter * 1000,
      },
    );
  if (isCoded<webApi.WebAPIPlatformError>(error, 'slack_webapi_platform_error'))
    return fromPlatform(method, error.data.error, error);
  if (isCoded<webApi.WebAPIHTTPError>(error, 'slack_webapi_http_error'))
    return transient(
      'AO_SLACK_DOWN',
      `Slack answered ${method} with HTTP ${error.statusCode}. It is tried again.`,
      { cause: error },
    );
  if (
    isCoded<webApi.WebAPIRequestError>(error, 'slack_webapi_request_error') &&
    error.original.name === 'TimeoutError'
  )
    return transient(
      'AO_SLACK_LATE',
      `Slack did not answer ${method} in time. Whether it was done is looked up before it is tried again.`,
      {
        cause: error,
        retryAfter: SETTLED_AFTER,
      },
    );
  if (isCoded<webApi.WebAPIRequestError>(error, 'slack_webapi_request_error'))
    return transient(
      'AO_SLACK_DOWN',
      `Slack can't be reached for ${method}: ${error.original.message}. It is tried again.`,
      { cause: error },
    );
  return transient(
    'AO_SLACK_DOWN',
    `${method} failed: ${error instanceof Error ? error.message : String(error)}. It is tried again.`,
    { cause: error },
  );
}

const ERROR_NAME = /^[a-z][a-z0-9_]{0,79}$/;

/** By code, not by class: the SDK is loaded only when Slack is used. */
const isCoded = <E extends Error>(error: unknown, code: string): error is E =>
  error instanceof Error && 'code' in error && error.code === code;

function fromPlatform(method: string, name: unknown, cause: unknown): PluginError {
  // An outage or a proxy may answer 200 with a page, half an answer or nothing: that is not Slack refusing something.
  if (typeof name !== 'string' || !ERROR_NAME.test(name))
    return transient(
      'AO_SLACK_DOWN',
      `What came back for ${method} isn't an answer from Slack. It is tried again.`,
      { cause },
    );
  const known = KNOWN[name] ?? KNOWN[familyOf(name)] ?? REJECTED('Slack gives no other reason.');
  const code = `AO_SLACK_${name.toUpperCase()}`;
  const message = `Slack refused ${method} (${name}). ${known.words}`;
  if (known.kind === 'transient') return transient(code, message, { cause });
  return { not_found: notFound, rejected, auth: authFailed }[known.kind](code, message, {
    cause,
    ...(known.mendable === undefined ? {} : { mendable: true }),
  });
}

/** `restricted_action_read_only_channel` and its like, of which Slack makes new ones, are one kind. */
const familyOf = (name: string): string =>
  /^(restricted_action|slack_connect_.*_blocked)/.test(name) ? 'restricted_action' : name;

const CONTENT =
  /^AO_SLACK_(INVALID_(BLOCKS|ATTACHMENT|METADATA|ARGUMENTS|ARRAY_ARG|CHARSET|FORM_DATA|JSON)|MSG_|METADATA_|TOO_MANY_|TOO_LONG|TOO_LARGE|NO_TEXT|CANNOT_PARSE_ATTACHMENT|ATTACHMENT_|MARKDOWN_)|(BLOCKS?|_TOO_LONG|_TOO_LARGE)(_|$)/;

/** Slack does not take the message as it is written; said otherwise it may. */
export const isRefusedContent = (error: unknown): boolean =>
  error instanceof PluginError &&
  error.kind === 'rejected' &&
  error.mendable !== true &&
  CONTENT.test(error.code);

/** Slack said this very name. */
export const isSlackError = (error: unknown, ...names: readonly string[]): boolean =>
  error instanceof PluginError &&
  names.some((name) => error.code === `AO_SLACK_${name.toUpperCase()}`);
