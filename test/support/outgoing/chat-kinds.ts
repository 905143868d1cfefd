/** The kinds of what is said to a chat and by it: a new one does not compile without its line here. */
import type { ChatJobType } from '../../../src/chat/thread/chat-job.ts';
import type { ButtonVerb } from '../../../src/chat/words/button-id.ts';
import type { ChatInput } from '../../../src/slots/chat.ts';
import type { Suggests } from '../../../src/slots/chat-catalogue.ts';

/** A new kind of job does not compile without its line here; all but those that say nothing must be met below. */
export const JOBS: Readonly<Record<ChatJobType, 'says' | 'silent'>> = {
  'chat.open': 'says',
  'chat.post': 'says',
  'chat.card': 'says',
  'chat.update': 'says',
  'chat.fade': 'says',
  'chat.channel': 'says',
  'chat.react': 'silent',
  'chat.state': 'silent',
  'chat.check': 'silent',
};

/** The argument of each button. A new button does not compile without its line here. */
export const BUTTONS: Readonly<Record<ButtonVerb, string | null>> = {
  stop: null,
  interrupt: null,
  kill: null,
  undo: null,
  restore: null,
  pause: null,
  resume: null,
  handoff: null,
  done: null,
  merge: 'a'.repeat(40),
  approve: 'a'.repeat(40),
  request_changes: 'a'.repeat(40),
  rerun: null,
  ready: null,
  open_pr: null,
  diff: null,
  terminal: null,
  logs: null,
  start: null,
  mute: null,
  unmute: null,
  more: null,
  show: null,
  answer: 'r1 keep',
  other: 'r1',
  retry_steer: 's1',
  remove_steer: 's1',
  steer_now: 's1',
  steer_as_answer: 's1',
  ack: 'agent-stuck',
  snooze: 'agent-stuck',
  react: 'agent-stuck',
  reply: null,
  raise: 'b1',
  reply_thread: 'PRRT_1',
  resolve_thread: 'PRRT_1',
  threads: null,
  changes: 'a'.repeat(40),
  check_log: 'unit',
  spawn_issue: '42',
  spawn_again: 'd1',
  run_draft: 'd1',
  send_draft: 'd1',
  restore_draft: 'd1',
  pick_project: 'd1',
  pick_session: 'd1',
  spawn_form: null,
};

export const SUGGESTS: Readonly<Record<Suggests, true>> = {
  issue: true,
  session: true,
  project: true,
  agent: true,
  command: true,
};

/** Each kind of input, with the secret in what people wrote. A new kind does not compile without its line here. */
export const INPUTS: {
  readonly [T in ChatInput['type']]: (seed: string) => Own<Extract<ChatInput, { type: T }>>;
} = {
  command: (seed) => ({ text: `spwan ${seed}`, files: [], trigger: null, words: seed }),
  reply: (seed) => ({ text: `!sotp ${seed}`, message: 'm9', files: [] }),
  edit: (seed) => ({ text: seed, message: 'm1' }),
  delete: () => ({ message: 'm1' }),
  action: (seed) => ({ action: `nothing:${seed}`, value: seed, message: 'm', trigger: null }),
  form: (seed) => ({ form: 'spawn_form:', values: { text: seed, project: seed, issue: seed } }),
  shortcut: (seed) => ({ text: seed, message: 'm', trigger: null }),
};
type Base = 'type' | 'platform' | 'delivery' | 'user' | 'channel' | 'thread' | 'at';
export type Own<T> = Omit<T, Base>;
