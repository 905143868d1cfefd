/** What went wrong in a plugin, told by what the effect runner must do about it. */
export type PluginErrorKind = 'transient' | 'rejected' | 'not_found' | 'auth';

/**
 * Thrown by plugins. `message` = what happened, why, what to do; it may be shown to people.
 * - transient: try again later (after `retryAfter` ms when given), nothing is wrong with the request
 * - rejected: the world said no; trying the same again won't help; tell the person
 * - not_found: the thing is gone
 * - auth: the plugin's credentials are bad; stop using it and tell the operator
 * `mendable`: what was asked is right, and a person can make the world take it (unarchive a channel, invite ao again)
 */
export class PluginError extends Error {
  readonly kind: PluginErrorKind;
  /** Permanent code, e.g. `AO_WORKSPACE_BRANCH_EXISTS`. */
  readonly code: string;
  /** Milliseconds; only with `transient`. */
  readonly retryAfter: number | null;
  readonly mendable: boolean;

  constructor(
    kind: PluginErrorKind,
    code: string,
    message: string,
    options: { cause?: unknown; retryAfter?: number; mendable?: boolean } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PluginError';
    this.kind = kind;
    this.code = code;
    this.retryAfter = options.retryAfter ?? null;
    this.mendable = options.mendable ?? kind === 'auth';
  }
}

export const transient = (
  code: string,
  message: string,
  options: { cause?: unknown; retryAfter?: number } = {},
): PluginError => new PluginError('transient', code, message, options);
export const rejected = (
  code: string,
  message: string,
  options: { cause?: unknown; mendable?: boolean } = {},
): PluginError => new PluginError('rejected', code, message, options);
export const notFound = (
  code: string,
  message: string,
  options: { cause?: unknown; mendable?: boolean } = {},
): PluginError => new PluginError('not_found', code, message, options);
export const authFailed = (
  code: string,
  message: string,
  options: { cause?: unknown } = {},
): PluginError => new PluginError('auth', code, message, options);
