import { TmuxCommandError } from './control-client.ts';

/** For commands on something that may have ended by itself in between: tmux's own refusal counts as done. */
export const ignoreRefusal = (error: unknown): void => {
  if (!(error instanceof TmuxCommandError)) throw error;
};
