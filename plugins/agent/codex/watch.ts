import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { ActivityState } from '../../../src/domain/facts.ts';
import type { PriceTable } from '../../../src/domain/pricing.ts';
import type { Millis } from '../../../src/domain/time.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { readJsonLines } from '../../../src/lib/jsonl-tail.ts';
import type { MenuOption } from '../../../src/lib/terminal-menu.ts';
import { fingerprint, noteTyped, wasTaken, wasTyped } from '../../../src/lib/text-journal.ts';
import { watchFolder } from '../../../src/lib/watch-folder.ts';
import type { AgentEvent, AgentSessionInfo, AgentTerminal, AgentWatch, Delivery } from '../../../src/slots/agent.ts';
import { rejected } from '../../../src/slots/errors.ts';
import { disarm } from './launch-plan.ts';
import { acceptPrompt, takeLine } from './rollout.ts';
import { findRollout, findRolloutOf } from './rollout-files.ts';
import { hookSchema, rolloutSchema } from './schema.ts';
import { composerText, dialogOptions } from './screen.ts';
import { type LaunchRecord, loadState, readLaunchRecord, type SideState, type StoredRequest, saveState, type Turn } from './side-state.ts';

const SWEEP = 1000;
const SCREEN_LINES = 40;
/** While a request is open the screen tells when somebody answered it in the terminal. */
const LOOK_EVERY = 300;
/** A dialog is drawn within this time after its hook. */
const DIALOG_DELAY = 3000;
const PRESSES = 10;
const SHOWN_CHARS = 40;

export interface WatchSetting {
  readonly session: AgentSessionInfo;
  readonly terminal: AgentTerminal;
  readonly emit: (event: AgentEvent) => void;
  readonly clock: Clock;
  readonly home: string;
  /** Absent: the built-in ones. */
  readonly prices?: PriceTable | undefined;
}

/** One session's Codex: the rollout says what happens, a hook that a permission is asked, the screen whether it still is. */
export class CodexWatch implements AgentWatch {
  readonly #setting: WatchSetting;
  readonly #state: SideState;
  readonly #launch: LaunchRecord | null;
  #watcher: { folder: string; close(): void } | null = null;
  #sweep: { cancel(): void } | null = null;
  #dialogSeen = false;
  #ready = false;
  #emitted = '';
  #typing: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(setting: WatchSetting) {
    const { session, clock, emit } = setting;
    this.#setting = setting;
    this.#state = loadState(session.stateDir);
    this.#launch = readLaunchRecord(session.stateDir);
    if (this.#launch !== null && this.#launch.launch !== this.#state.launch) this.#beginLaunch(this.#launch);
    if (session.agentSession !== null) this.#adopt(session.agentSession, null);
    if (this.#state.request !== null) emit({ type: 'request_opened', request: this.#state.request });
    this.#refresh();
    if (this.#state.turn === null) this.#emitActivity('starting', null, null, clock.now(), null);
    this.#look();
    this.#scheduleSweep();
  }

  deliver(text: string, options: { attempt: number; inDoubt: boolean }): Promise<Delivery> {
    const delivery = this.#typing.then(() => this.#deliver(text, options));
    this.#typing = delivery.catch(() => undefined);
    return delivery;
  }

  async interrupt(): Promise<void> {
    this.#refresh();
    if (this.#state.turn?.type === 'running') await this.#setting.terminal.keys(['Escape']);
  }

  async answer(requestId: string, answer: { option: string | null; text: string | null }): Promise<void> {
    const request = this.#state.request;
    if (request === null || request.id !== requestId) throw closed();
    const menu = await this.#menuOf(request);
    const wanted = answer.option === null ? 'deny' : answer.option;
    const choice = menu.find((option) => optionId(option.label) === wanted);
    if (choice === undefined) throw closed();
    await this.#press(choice, request);
    this.#closeRequest(request.options.find((option) => option.id === wanted)?.label ?? null);
    // "No" ends the turn and lets the person say what to do instead.
    if (wanted === 'deny' && answer.text !== null && answer.text.trim() !== '') await this.#sayInstead(answer.text);
  }

  async hook(body: unknown): Promise<unknown> {
    const hook = hookSchema.safeParse(body).data;
    if (hook === undefined || this.#closed) return {};
    const now = this.#setting.clock.now();
    this.#adopt(hook.session_id, hook.transcript_path ?? null);
    if (hook.hook_event_name === 'UserPromptSubmit') {
      this.#state.turn = { type: 'running', at: now };
      acceptPrompt(this.#state, hook.prompt, now, this.#setting.emit);
    }
    if (hook.hook_event_name === 'PermissionRequest') this.#openRequest(permissionRequest(hook.tool_name, hook.tool_input, now));
    this.#refresh();
    // No decision: while a hook waits the terminal shows no dialog, and nobody there could answer.
    return {};
  }

  close(): void {
    this.#closed = true;
    this.#watcher?.close();
    this.#sweep?.cancel();
    this.#save();
  }

  async #deliver(text: string, options: { attempt: number; inDoubt: boolean }): Promise<Delivery> {
    const { terminal, clock } = this.#setting;
    const sent = disarm(text);
    const again = options.attempt > 1 || options.inDoubt;
    this.#refresh();
    if (again && wasTaken(this.#state.journal, sent)) return { type: 'typed', accepted: true };
    const screen = await terminal.capture(SCREEN_LINES);
    const input = composerText(screen);
    if (this.#state.request !== null || dialogOptions(screen).length > 0) return { type: 'deferred', reason: 'a permission request is open' };
    if (input === null) return { type: 'deferred', reason: 'the agent is not ready yet' };
    if (input !== '' && sameText(input, sent) && (again || wasTyped(this.#state.journal, sent))) {
      await terminal.keys(['Enter']);
      return { type: 'typed', accepted: false };
    }
    // Codex keeps what it clears in its history: a person's draft is one Up away.
    if (input !== '') await terminal.keys(['C-c']);
    noteTyped(this.#state.journal, text, sent, clock.now());
    this.#save();
    await terminal.write(sent, { submit: false });
    // Enter on a dialog would choose its first option: look once more right before it.
    if (this.#state.request !== null || dialogOptions(await terminal.capture(SCREEN_LINES)).length > 0)
      return { type: 'deferred', reason: 'a permission request opened meanwhile' };
    await terminal.keys(['Enter']);
    return { type: 'typed', accepted: false };
  }

  /** Codex ignores keys for a moment after it drew a dialog, so the key is pressed again while that dialog stands. */
  async #press(choice: MenuOption, request: StoredRequest): Promise<void> {
    const { terminal } = this.#setting;
    for (let attempt = 0; attempt < PRESSES; attempt += 1) {
      await terminal.keys([choice.key]);
      await this.#pause(LOOK_EVERY);
      const screen = await terminal.capture(SCREEN_LINES);
      if (dialogOptions(screen).length === 0 || !isShown(request, screen)) return;
    }
    throw closed();
  }

  /** The dialog is drawn a moment after its hook. Empty when it is not the one on the screen. */
  async #menuOf(request: StoredRequest): Promise<readonly MenuOption[]> {
    for (let waited = 0; ; waited += LOOK_EVERY) {
      const screen = await this.#setting.terminal.capture(SCREEN_LINES);
      const menu = dialogOptions(screen);
      if (menu.length > 0) return isShown(request, screen) ? menu : [];
      if (this.#state.request?.id !== request.id || waited > DIALOG_DELAY) return [];
      await this.#pause(LOOK_EVERY);
    }
  }

  async #sayInstead(text: string): Promise<void> {
    for (let attempt = 1; attempt <= 20; attempt += 1) {
      if ((await this.deliver(text, { attempt: 1, inDoubt: false })).type === 'typed') return;
      await this.#pause(LOOK_EVERY);
    }
  }

  #beginLaunch(record: LaunchRecord): void {
    this.#state.launch = record.launch;
    this.#state.turn = null;
    this.#state.request = null;
    if (record.prompt !== null) noteTyped(this.#state.journal, record.prompt, disarm(record.prompt), record.at);
  }

  #adopt(thread: string, rollout: string | null): void {
    const { home, emit } = this.#setting;
    const state = this.#state;
    if (state.thread !== thread) {
      state.thread = thread;
      state.rollout = null;
      emit({ type: 'agent_session', id: thread });
    }
    const path = rollout ?? state.rollout ?? findRollout(home, thread);
    if (path === null || path === state.rollout) return;
    state.rollout = path;
    state.offset = 0;
  }

  #refresh(): void {
    if (this.#closed) return;
    this.#findThread();
    const state = this.#state;
    if (state.rollout !== null) {
      this.#watchRollout(dirname(state.rollout));
      const { entries, offset } = readJsonLines(state.rollout, state.offset);
      for (const entry of entries) {
        const line = rolloutSchema.safeParse(entry).data;
        if (line !== undefined) takeLine(state, line, this.#setting.emit, this.#setting.prices);
      }
      if (offset !== state.offset) {
        state.offset = offset;
        this.#save();
      }
    }
    if (state.request !== null && state.turn !== null && state.turn.type !== 'running' && state.turn.at > state.request.askedAt) this.#closeRequest(null);
    this.#publish();
  }

  /** The first hook tells the thread; when nobody heard it, its rollout does. */
  #findThread(): void {
    if (this.#state.thread !== null && this.#state.rollout !== null) return;
    if (this.#state.thread !== null) return this.#adopt(this.#state.thread, null);
    const found = this.#launch === null ? null : findRolloutOf(this.#setting.home, this.#setting.session.cwd, this.#launch.at);
    if (found !== null) this.#adopt(found.thread, found.path);
  }

  #watchRollout(folder: string): void {
    if (this.#watcher?.folder === folder) return;
    this.#watcher?.close();
    const watcher = watchFolder(folder, this.#setting.clock, SWEEP * 5, (file) => {
      if (file === null || file.endsWith(`${this.#state.thread}.jsonl`)) this.#refresh();
    });
    this.#watcher = { folder, close: () => watcher.close() };
  }

  /** Until the rollout is known nothing tells of its beginning but looking. */
  #scheduleSweep(): void {
    if (this.#closed || (this.#state.rollout !== null && this.#ready)) return;
    this.#sweep = this.#setting.clock.after(SWEEP, () => {
      this.#refresh();
      this.#look();
      this.#scheduleSweep();
    });
  }

  /** A terminal that is gone tells nothing; the runtime tells that it is. */
  #look(): void {
    this.#lookAtScreen().catch(() => undefined);
  }

  /** What only the screen tells: that the input is there, and a dialog whose hook nobody heard. */
  async #lookAtScreen(): Promise<void> {
    const screen = await this.#setting.terminal.capture(SCREEN_LINES);
    if (this.#closed) return;
    if (composerText(screen) !== null && !this.#ready) {
      this.#ready = true;
      this.#publish();
    }
    const menu = dialogOptions(screen);
    if (menu.length > 0) this.#ready = true;
    if (this.#state.request === null && menu.length > 0 && this.#state.turn?.type === 'running')
      this.#openRequest(requestFromScreen(screen, this.#setting.clock.now()));
    else if (this.#state.request !== null) await this.#followDialog(this.#state.request);
  }

  #openRequest(request: StoredRequest): void {
    this.#state.request = request;
    this.#dialogSeen = false;
    this.#save();
    this.#setting.emit({ type: 'request_opened', request });
    this.#publish();
    this.#followDialog(request).catch(() => undefined);
  }

  async #followDialog(request: StoredRequest): Promise<void> {
    // A screen caught while it is drawn shows nothing: gone is what two looks in a row don't find.
    let missing = 0;
    while (!this.#closed && this.#state.request?.id === request.id) {
      const shown = dialogOptions(await this.#setting.terminal.capture(SCREEN_LINES)).length > 0;
      if (this.#closed || this.#state.request?.id !== request.id) return;
      missing = shown ? 0 : missing + 1;
      if (shown) this.#dialogSeen = true;
      const late = this.#setting.clock.now() - request.askedAt > DIALOG_DELAY;
      if (missing >= 2 && (this.#dialogSeen || late)) return this.#closeRequest(null);
      await this.#pause(LOOK_EVERY);
    }
  }

  #closeRequest(answer: string | null): void {
    const request = this.#state.request;
    if (request === null) return;
    this.#state.request = null;
    this.#save();
    this.#setting.emit({ type: 'request_closed', request: request.id, answer });
    this.#publish();
  }

  #publish(): void {
    const { turn, request } = this.#state;
    if (request !== null) return this.#emitActivity('waiting_input', 'permission', null, request.askedAt, null);
    if (turn === null) return this.#ready ? this.#emitActivity('ready', null, null, this.#launch?.at ?? 0, null) : undefined;
    return this.#emitActivity(...activityOf(turn));
  }

  #emitActivity(state: ActivityState, detail: string | null, resetAt: Millis | null, since: Millis, lastMessage: string | null): void {
    const key = JSON.stringify([state, detail, resetAt, since, lastMessage]);
    if (key === this.#emitted) return;
    this.#emitted = key;
    // One source for all: hook, rollout and screen are weighed here, not by the receiver.
    this.#setting.emit({ type: 'activity', lastMessage, fact: { state, source: 'protocol', detail, resetAt, since, at: this.#setting.clock.now() } });
  }

  #save(): void {
    saveState(this.#setting.session.stateDir, this.#state);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#setting.clock.after(ms, resolve));
  }
}

function activityOf(turn: Turn): [ActivityState, string | null, Millis | null, Millis, string | null] {
  switch (turn.type) {
    case 'running':
      return ['active', null, null, turn.at, null];
    case 'done':
      return ['ready', null, null, turn.at, turn.text];
    case 'interrupted':
      return ['ready', 'interrupted', null, turn.at, null];
    case 'failed':
      return [turn.limited ? 'limited' : 'blocked', turn.text, turn.resetAt, turn.at, null];
  }
}

function permissionRequest(tool: string, input: Readonly<Record<string, unknown>>, now: Millis): StoredRequest {
  const command = typeof input.command === 'string' ? input.command : JSON.stringify(input, null, 2);
  const reason = typeof input.description === 'string' ? `\n\n${input.description}` : '';
  return {
    id: randomUUID(),
    kind: 'permission',
    title: tool === 'Bash' ? 'Run this command?' : `Use ${tool}?`,
    text: `${command.slice(0, 1500)}${reason}`,
    options: [
      { id: 'allow', label: 'Allow once', style: 'primary' },
      { id: 'allow_always', label: "Allow and don't ask again", style: 'plain' },
      { id: 'deny', label: 'Deny', style: 'danger' },
    ],
    freeText: true,
    askedAt: now,
    answer: null,
  };
}

function requestFromScreen(screen: string, now: Millis): StoredRequest {
  const lines = screen
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  return {
    id: randomUUID(),
    kind: 'permission',
    title: 'The agent waits for an answer',
    text: lines.slice(-16).join('\n'),
    options: dialogOptions(screen).map((option) => ({
      id: optionId(option.label),
      label: option.label,
      style: optionId(option.label) === 'deny' ? 'danger' : 'plain',
    })),
    freeText: true,
    askedAt: now,
    answer: null,
  };
}

/** What a choice of Codex' dialogs means. */
function optionId(label: string): string {
  if (/^Yes\b/.test(label)) return /don't ask again|for this session|always/i.test(label) ? 'allow_always' : 'allow';
  return /^No\b/.test(label) ? 'deny' : label;
}

/** The dialog on the screen is the one that was asked about, not a later one. */
function isShown(request: StoredRequest, screen: string): boolean {
  return fingerprint(screen).includes(fingerprint(request.text.split('\n')[0] ?? '').slice(0, SHOWN_CHARS));
}

function sameText(shown: string, text: string): boolean {
  const print = fingerprint(shown);
  const whole = fingerprint(text);
  return print === whole || (print.length > 40 && whole.endsWith(print)) || /^\[PastedContent\d+chars\]/.test(print);
}

const closed = () =>
  rejected(
    'AO_AGENT_REQUEST_CLOSED',
    "The request is not open any more, or its dialog is not on the agent's screen: no key was pressed. Look at the session, and answer it there if it still asks.",
  );
