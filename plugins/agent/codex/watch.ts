import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { ActivityState } from '../../../src/domain/facts.ts';
import type { PriceTable } from '../../../src/domain/pricing.ts';
import type { AgentRequest } from '../../../src/domain/session.ts';
import type { Millis } from '../../../src/domain/time.ts';
import { type Clock, pause } from '../../../src/lib/clock.ts';
import { readJsonLines } from '../../../src/lib/jsonl-tail.ts';
import { noteTyped } from '../../../src/lib/text-journal.ts';
import { watchFolder } from '../../../src/lib/watch-folder.ts';
import type { AgentEvent, AgentSessionInfo, AgentTerminal, AgentWatch, Delivery } from '../../../src/slots/agent.ts';
import { refusalWords } from '../../shared/agent-request.ts';
import { disarm } from '../../shared/terminal/typed-text.ts';
import { deliverText } from './deliver.ts';
import {
  chooseInDialog,
  DIALOG_DELAY,
  dialogGone,
  isCommandOf,
  isEdits,
  isShown,
  isUnknown,
  LOOK_EVERY,
  permissionRequest,
  requestFromScreen,
} from './dialog.ts';
import { typeAnswers } from './question-dialog.ts';
import { closeEndedQuestions } from './questions.ts';
import { acceptPrompt, takeLine, takeSubagentLine } from './rollout.ts';
import { dayFolder, findNewRollout, findRollout, findRolloutOf, isSubagents } from './rollout-files.ts';
import { hookSchema, type RolloutLine, rolloutSchema } from './schema.ts';
import { composerText, dialogOptions, shownQuestion } from './screen.ts';
import {
  type Answer,
  type AskedPermission,
  type AskedQuestion,
  type LaunchRecord,
  loadState,
  readLaunchRecord,
  type SideState,
  type StoredRequest,
  type Subagent,
  saveState,
  type Turn,
} from './side-state.ts';

const SWEEP = 1000;
const SCREEN_LINES = 40;

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
  /** The thread whose rollout was looked for among all days. */
  #searched: string | null = null;
  /** Rollouts of others. */
  readonly #foreign = new Set<string>();
  /** Whether the dialog of a request was ever on the screen, and in how many looks since it was not. */
  readonly #seen = new WeakMap<AskedPermission, { readonly ever: boolean; readonly missing: number }>();
  /** When a dialog was seen last. */
  #dialogAt: Millis = 0;
  #following = false;
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
    for (const request of this.#openRequests()) emit({ type: 'request_opened', request });
    if (this.#state.rollout === null) this.#watchRollout(dayFolder(setting.home, clock.now()));
    this.#refresh();
    if (this.#state.turn === null) this.#emitActivity('starting', null, null, clock.now(), null);
    this.#look();
    this.#scheduleSweep();
  }

  deliver(text: string, options: { attempt: number; inDoubt: boolean }): Promise<Delivery> {
    const delivery = this.#typing.then(() =>
      deliverText(text, options, {
        terminal: this.#setting.terminal,
        clock: this.#setting.clock,
        journal: () => this.#state.journal,
        refresh: () => this.#refresh(),
        save: () => this.#save(),
        requestOpen: () => this.#waits() !== null,
      }),
    );
    this.#typing = delivery.catch(() => undefined);
    return delivery;
  }

  async interrupt(): Promise<void> {
    this.#refresh();
    if (this.#state.turn?.type === 'running') await this.#setting.terminal.keys(['Escape']);
  }

  async answer(requestId: string, answer: Answer): Promise<void> {
    const question = this.#state.questions.find((one) => one.request.id === requestId && one.answer === null);
    if (question !== undefined) return this.#answerQuestion(question, answer);
    const asked = this.#state.permissions.find((one) => one.request.id === requestId && !one.told);
    if (asked === undefined) throw dialogGone();
    if (await this.#standsBehind(asked)) return this.#keepAnswer(asked, answer);
    await this.#choose(asked, answer);
  }

  async hook(body: unknown): Promise<unknown> {
    const hook = hookSchema.safeParse(body).data;
    if (hook === undefined || this.#closed) return {};
    const now = this.#setting.clock.now();
    const { transcript_path: rollout } = hook;
    // A sub-agent's hooks come here too; its conversation is not the session's.
    const own = hook.session_id === this.#state.thread || rollout == null || !isSubagents(rollout);
    if (own) this.#adopt(hook.session_id, rollout ?? null);
    if (own && hook.hook_event_name === 'UserPromptSubmit') {
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

  /** The questions of one call are answered together, as its dialog wants them. */
  async #answerQuestion(question: AskedQuestion, answer: Answer): Promise<void> {
    const { terminal, clock, emit } = this.#setting;
    question.answer = answer;
    this.#save();
    const all = this.#state.questions.filter((one) => one.call === question.call);
    try {
      if (all.every((one) => one.answer !== null)) await typeAnswers(all, { terminal, clock });
    } catch (error) {
      question.answer = null;
      this.#save();
      throw error;
    }
    const label = question.request.options.find((option) => option.id === answer.option)?.label;
    emit({ type: 'request_closed', request: question.request.id, answer: [label, answer.text].filter(Boolean).join(': ') });
  }

  /** The screen shows the dialog of another request, which has to be answered first. */
  async #standsBehind(asked: AskedPermission): Promise<boolean> {
    if (this.#state.permissions.length < 2) return false;
    const shown = this.#shownOf(await this.#setting.terminal.capture(SCREEN_LINES));
    return shown !== undefined && shown !== asked;
  }

  /** It is given as soon as its dialog is on the screen. */
  #keepAnswer(asked: AskedPermission, answer: Answer): void {
    asked.answer = answer;
    asked.told = true;
    this.#save();
    this.#setting.emit({ type: 'request_closed', request: asked.request.id, answer: labelOf(asked) });
    this.#tellWords(asked, answer);
  }

  /** "No" ends the turn and lets the person say what to do instead. */
  #tellWords({ request }: AskedPermission, answer: Answer): void {
    const words = refusalWords(answer);
    if (words !== '') this.#setting.emit({ type: 'words_left', request: request.id, text: words });
  }

  async #choose(asked: AskedPermission, answer: Answer): Promise<void> {
    const { terminal, clock } = this.#setting;
    // The turn may end before the screen was looked at again.
    asked.answer = answer;
    try {
      await chooseInDialog(answer.option ?? 'deny', {
        terminal,
        clock,
        open: () => this.#state.permissions.includes(asked),
        isShown: (screen) => this.#shownOf(screen) === asked,
      });
    } catch (error) {
      asked.answer = null;
      throw error;
    }
    this.#closePermission(asked);
    if (!asked.told) this.#tellWords(asked, answer);
  }

  #beginLaunch(record: LaunchRecord): void {
    this.#state.launch = record.launch;
    this.#state.turn = null;
    this.#state.permissions = [];
    this.#state.questions = [];
    if (record.prompt !== null) noteTyped(this.#state.journal, record.prompt, disarm(record.prompt), record.at);
  }

  #adopt(thread: string, rollout: string | null): void {
    const { emit } = this.#setting;
    const state = this.#state;
    if (state.thread !== thread) {
      state.thread = thread;
      state.rollout = null;
      emit({ type: 'agent_session', id: thread });
    }
    const path = rollout ?? state.rollout ?? this.#lookForRollout(thread);
    if (path === null || path === state.rollout) return;
    state.rollout = path;
    state.offset = 0;
  }

  /** A conversation that goes on has its rollout somewhere among all days, a new one will have it among the latest. */
  #lookForRollout(thread: string): string | null {
    const { home, clock } = this.#setting;
    const now = clock.now();
    if (this.#searched === thread) return findNewRollout(home, thread, this.#launch?.at ?? now, now);
    this.#searched = thread;
    return findRollout(home, thread);
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
        if (line === undefined) continue;
        takeLine(state, line, this.#setting.emit, this.#setting.prices);
        const ran = permissionOf(line, state.permissions);
        if (ran !== undefined) this.#closePermission(ran);
      }
      if (offset !== state.offset) {
        state.offset = offset;
        this.#save();
      }
    }
    for (const subagent of state.subagents) this.#readSubagent(subagent);
    const { turn } = state;
    if (turn !== null && turn.type !== 'running')
      for (const asked of state.permissions.filter(({ request }) => turn.at > request.askedAt)) this.#closePermission(asked);
    closeEndedQuestions(state, this.#setting.emit);
    this.#publish();
  }

  #readSubagent(subagent: Subagent): void {
    const { home, clock, emit, prices } = this.#setting;
    const now = clock.now();
    subagent.rollout ??= findNewRollout(home, subagent.thread, this.#launch?.at ?? now, now);
    if (subagent.rollout === null) return;
    const { entries, offset } = readJsonLines(subagent.rollout, subagent.offset);
    if (offset === subagent.offset) return;
    for (const entry of entries) {
      const line = rolloutSchema.safeParse(entry).data;
      if (line !== undefined) takeSubagentLine(this.#state, subagent, line, emit, prices);
    }
    subagent.offset = offset;
    this.#save();
  }

  /** The first hook tells the thread; when nobody heard it, its rollout does. */
  #findThread(): void {
    if (this.#state.thread !== null && this.#state.rollout !== null) return;
    if (this.#state.thread !== null) return this.#adopt(this.#state.thread, null);
    const { home, session, clock } = this.#setting;
    const found = this.#launch === null ? null : findRolloutOf(home, session.cwd, this.#launch.at, clock.now(), this.#foreign);
    if (found !== null) this.#adopt(found.thread, found.path);
  }

  #watchRollout(folder: string): void {
    if (this.#watcher?.folder === folder) return;
    this.#watcher?.close();
    const watcher = watchFolder(folder, this.#setting.clock, SWEEP * 5, (file) => {
      if (
        file === null ||
        this.#state.rollout === null ||
        [this.#state.thread, ...this.#state.subagents.map((one) => one.thread)].some((thread) => file.endsWith(`${thread}.jsonl`))
      )
        this.#refresh();
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
    if (menu.length > 0 || shownQuestion(screen) !== null) this.#ready = true;
    if (this.#state.permissions.length > 0) this.#followDialogs();
    else if (menu.length > 0 && this.#state.turn?.type === 'running') this.#openRequest(requestFromScreen(screen, this.#setting.clock.now()));
  }

  #openRequest(request: StoredRequest): void {
    this.#state.permissions = [...this.#state.permissions, { request, answer: null, told: false }];
    this.#save();
    this.#setting.emit({ type: 'request_opened', request });
    this.#publish();
    this.#followDialogs();
  }

  /** While requests are open, the screen tells which was answered in the terminal, and whose turn it is. */
  #followDialogs(): void {
    if (this.#following) return;
    this.#following = true;
    const follow = async (): Promise<void> => {
      while (!this.#closed && this.#state.permissions.length > 0) {
        await this.#followDialog();
        await pause(this.#setting.clock, LOOK_EVERY);
      }
    };
    follow()
      // A terminal that is gone tells nothing; the runtime tells that it is.
      .catch(() => undefined)
      .finally(() => {
        this.#following = false;
      });
  }

  async #followDialog(): Promise<void> {
    const { terminal, clock } = this.#setting;
    const screen = await terminal.capture(SCREEN_LINES);
    if (this.#closed) return;
    const now = clock.now();
    if (dialogOptions(screen).length > 0) this.#dialogAt = now;
    const shown = this.#shownOf(screen);
    for (const asked of this.#state.permissions) {
      const known = this.#seen.get(asked) ?? { ever: false, missing: 0 };
      const missing = asked === shown ? 0 : known.missing + 1;
      this.#seen.set(asked, { ever: known.ever || asked === shown, missing });
      const late = now - Math.max(asked.request.askedAt, this.#dialogAt) > DIALOG_DELAY;
      // A screen caught while it is drawn shows nothing: gone is what two looks in a row don't find.
      if (missing >= 2 && (known.ever || late)) this.#closePermission(asked);
    }
    if (shown?.told === true && shown.answer !== null) await this.#giveKept(shown, shown.answer);
  }

  /** A dialog that offers something else than was answered is asked about anew. */
  async #giveKept(asked: AskedPermission, answer: Answer): Promise<void> {
    try {
      await this.#choose(asked, answer);
    } catch {
      if (!this.#state.permissions.includes(asked)) return;
      this.#state.permissions = this.#state.permissions.filter((one) => one !== asked);
      this.#openRequest({ ...asked.request, id: randomUUID() });
    }
  }

  /** Whose dialog is on the screen: the one with its words, else the only one nobody knows the words of. */
  #shownOf(screen: string): AskedPermission | undefined {
    if (dialogOptions(screen).length === 0) return undefined;
    const { permissions } = this.#state;
    const unknown = permissions.filter(({ request }) => isUnknown(request));
    return permissions.find(({ request }) => isShown(request, screen)) ?? (unknown.length === 1 ? unknown[0] : undefined);
  }

  #closePermission(asked: AskedPermission): void {
    if (!this.#state.permissions.includes(asked)) return;
    this.#state.permissions = this.#state.permissions.filter((one) => one !== asked);
    this.#save();
    if (!asked.told) this.#setting.emit({ type: 'request_closed', request: asked.request.id, answer: labelOf(asked) });
    this.#publish();
  }

  /** Requests nobody answered yet. */
  #openRequests(): readonly AgentRequest[] {
    const { permissions, questions } = this.#state;
    return [...permissions.filter((one) => !one.told), ...questions.filter((one) => one.answer === null)].map((one) => one.request);
  }

  /** What the terminal waits for; what was answered already may wait for others to be answered. */
  #waits(): AgentRequest | null {
    return (this.#state.permissions[0] ?? this.#state.questions[0])?.request ?? null;
  }

  #publish(): void {
    const { turn } = this.#state;
    const waits = this.#waits();
    if (waits !== null) return this.#emitActivity('waiting_input', waits.kind, null, waits.askedAt, null);
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
}

/** What was done was allowed, also when nobody saw its dialog go. */
function permissionOf(line: RolloutLine, permissions: readonly AskedPermission[]): AskedPermission | undefined {
  if (line.type !== 'event_msg' || line.payload.type !== 'item_completed') return undefined;
  const { item } = line.payload;
  const at = Date.parse(line.timestamp);
  return permissions.find(
    ({ request }) =>
      request.askedAt <= at &&
      ((item.type === 'CommandExecution' && isCommandOf(request, item.command.at(-1) ?? '')) || (item.type === 'FileChange' && isEdits(request))),
  );
}

/** Null: answered in the terminal, or not at all. */
function labelOf({ request, answer }: AskedPermission): string | null {
  return answer === null ? null : (request.options.find(({ id }) => id === (answer.option ?? 'deny'))?.label ?? null);
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
