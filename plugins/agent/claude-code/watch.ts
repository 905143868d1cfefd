import type { PriceTable } from '../../../src/domain/money/pricing.ts';
import type { Millis } from '../../../src/domain/session/time.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Tell } from '../../../src/lib/guarded/problem.ts';
import { watchFolder } from '../../../src/lib/watch-folder.ts';
import type {
  AgentEvent,
  AgentSessionInfo,
  AgentTerminal,
  AgentWatch,
  Delivery,
} from '../../../src/slots/agent.ts';
import { tellFileProblems } from '../../shared/file-problems.ts';
import { ALLOWED_BY_HOOK, asksForOwnCommand } from '../../shared/own-command.ts';
import { lookUntil } from '../../shared/terminal/look.ts';
import { activityOf } from './activity.ts';
import { answerRequest, STATUS_LAG } from './answer-request.ts';
import { Conversation } from './conversation.ts';
import { deliverText } from './deliver.ts';
import { requestFromScreen } from './dialog-keys.ts';
import { asksAboutLimit, stopKey } from './limit-dialog.ts';
import { RequestDesk } from './request-desk.ts';
import type { Answer } from './requests.ts';
import { type Hook, hookSchema, type StatusFile } from './schema.ts';
import type { StoredRequest } from './side-state.ts';
import { watchStartPages } from './start-pages.ts';
import type { StatusFiles } from './status-files.ts';

/** Between two dialogs the status may flicker this long. */
const FLICKER = 150;
/** How long a turn may take to begin after its prompt was taken. */
const TURN_START = 10_000;
/** How long the program may take to stop a turn. */
const RESTS_AFTER = 3000;
/** A dialog that was answered is gone by then. */
const ANSWER_LAG = 2000;
/** A dialog whose words no look found yet is looked for again this much later. */
const LOOK_AGAIN = 2000;
/** Should a notification be missed. */
const TRANSCRIPT_SWEEP = 10_000;
const SCREEN_LINES = 40;

export interface WatchSetting {
  readonly session: AgentSessionInfo;
  readonly terminal: AgentTerminal;
  readonly emit: (event: AgentEvent) => void;
  readonly clock: Clock;
  readonly configDir: string;
  readonly statusFiles: StatusFiles;
  readonly prices: PriceTable;
}

/** One session's Claude Code: live status file, hooks and transcript become events. */
export class ClaudeWatch implements AgentWatch {
  readonly #setting: WatchSetting;
  readonly #conversation: Conversation;
  readonly #tell: Tell;
  readonly #desk: RequestDesk;
  readonly #unsubscribe: () => void;
  #transcript: { folder: string; close(): void } | null = null;
  #status: StatusFile | null = null;
  #pid: number | null = null;
  #ended: Millis | null = null;
  /** Since when the status is something other than `waiting`; null while it waits. */
  #freeSince: Millis | null = 0;
  #nextLook: { cancel(): void } | null = null;
  readonly #startPages: { cancel(): void };
  #emitted = '';
  #typing: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(setting: WatchSetting) {
    const { session, configDir, clock, prices, emit, statusFiles } = setting;
    this.#setting = setting;
    this.#tell = tellFileProblems(emit);
    const tell = this.#tell;
    this.#conversation = new Conversation({ session, configDir, clock, prices, emit, tell });
    this.#desk = new RequestDesk(this.#conversation.state, emit, () => this.#conversation.save());
    this.#unsubscribe = statusFiles.subscribe(
      (changed) => this.#concerns(changed) && this.#refresh(),
      (problem, pid) => (pid === null || this.#pid === null || pid === this.#pid) && tell(problem),
    );
    this.#reconcile();
    this.#startPages = watchStartPages({
      terminal: setting.terminal,
      clock,
      isOver: () => this.#closed || this.#status !== null || this.#ended !== null,
      tell: (page, since) => this.#tellStart(page, since),
    });
  }

  deliver(text: string, options: { attempt: number; inDoubt: boolean }): Promise<Delivery> {
    const delivery = this.#typing.then(() =>
      deliverText(text, options, {
        terminal: this.#setting.terminal,
        conversation: this.#conversation,
        clock: this.#setting.clock,
        status: () => this.#statusNow(),
        requestOpen: () => this.#desk.waits,
      }),
    );
    this.#typing = delivery.catch(() => undefined);
    return delivery;
  }

  async interrupt(): Promise<void> {
    const now = (): 'works' | 'begins' | 'rests' => {
      const status = this.#statusNow();
      if (status?.status === 'busy' || status?.status === 'waiting') return 'works';
      return activityOf(status, this.#conversation.state.turn, null)?.state === 'active'
        ? 'begins'
        : 'rests';
    };
    // A prompt was taken and its turn is about to begin: Escape before that would be lost.
    const state = await lookUntil(
      async () => now(),
      (seen) => seen !== 'begins',
      TURN_START,
      this.#setting.clock,
    );
    if (state !== 'works') return;
    await this.#setting.terminal.keys(['Escape']);
    // What is typed before the program rests is mixed with the prompt that it puts back into its input.
    await lookUntil(
      async () => now(),
      (seen) => seen === 'rests',
      RESTS_AFTER,
      this.#setting.clock,
    );
  }

  async answer(requestId: string, answer: Answer): Promise<void> {
    // Whatever became of it: as long as the program waits, somebody has to be asked.
    this.#lookAtScreenAfter(ANSWER_LAG);
    await answerRequest(requestId, answer, {
      desk: this.#desk,
      terminal: this.#setting.terminal,
      clock: this.#setting.clock,
      emit: this.#setting.emit,
      status: () => this.#statusNow(),
      turn: () => {
        this.#conversation.read();
        return this.#conversation.state.turn;
      },
    });
  }

  async hook(body: unknown): Promise<unknown> {
    const hook = hookSchema.safeParse(body);
    if (!hook.success || this.#closed) return {};
    this.#conversation.adopt(hook.data.session_id, hook.data.transcript_path ?? null);
    return this.#take(hook.data);
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#transcript?.close();
    this.#nextLook?.cancel();
    this.#startPages.cancel();
    this.#desk.release();
    this.#conversation.close();
  }

  #take(hook: Hook): object | Promise<object> {
    const now = this.#setting.clock.now();
    switch (hook.hook_event_name) {
      case 'UserPromptSubmit':
        this.#conversation.accept(hook.prompt, now, 'hook');
        break;
      case 'Stop':
        this.#conversation.turn({
          type: 'done',
          text: hook.last_assistant_message ?? null,
          at: now,
        });
        break;
      case 'StopFailure':
        this.#conversation.stopFailed(hook.error, hook.last_assistant_message ?? hook.error, now);
        break;
      case 'SessionEnd':
        if (hook.reason !== 'clear') this.#ended = now;
        break;
      case 'PermissionRequest': {
        if (asksForOwnCommand(hook.tool_name, hook.tool_input)) return ALLOWED_BY_HOOK;
        this.#setting.clock.after(STATUS_LAG, () => this.#refresh());
        return this.#desk.hold(hook, now);
      }
    }
    this.#refresh(this.#statusNow());
    return {};
  }

  /** After a start of the bot: what files and screen tell about the time it was away. */
  #reconcile(): void {
    const { emit, clock } = this.#setting;
    this.#desk.askAgain();
    for (const stored of this.#desk.open) emit({ type: 'request_opened', request: stored.request });
    this.#refresh(this.#statusNow());
    if (this.#status === null && this.#conversation.state.turn === null) {
      this.#tellStart(null, clock.now());
    }
  }

  /** It starts; `page`: something it asks before that, which keeps it. */
  #tellStart(page: string | null, since: Millis): void {
    const state = page === null ? 'starting' : 'blocked';
    this.#setting.emit({
      type: 'activity',
      lastMessage: null,
      fact: { state, source: 'protocol', detail: page, resetAt: null, since, at: since },
    });
  }

  /** Of another session's status only that it is not this one's can be learnt. */
  #concerns(changed: StatusFile | null): boolean {
    return (
      changed === null ||
      changed.pid === this.#pid ||
      changed.sessionId === this.#conversation.state.agentSession
    );
  }

  #statusNow(): StatusFile | null {
    return this.#setting.statusFiles.findNow(this.#conversation.state.agentSession, this.#pid);
  }

  #refresh(
    status = this.#setting.statusFiles.find(this.#conversation.state.agentSession, this.#pid),
  ): void {
    if (this.#closed) return;
    const former = this.#status;
    this.#status = status;
    if (this.#status !== null) {
      this.#pid = this.#status.pid;
      this.#ended = null;
      this.#conversation.adopt(this.#status.sessionId, null);
    } else if (former !== null) {
      this.#ended ??= this.#setting.clock.now();
    }
    this.#watchTranscript();
    this.#conversation.read();
    this.#checkRequests();
    this.#publish();
  }

  #watchTranscript(): void {
    const folder = this.#conversation.transcriptFolder();
    if (folder === null || folder === this.#transcript?.folder) return;
    this.#transcript?.close();
    const watcher = watchFolder(folder, this.#setting.clock, TRANSCRIPT_SWEEP, (file) => {
      if (file !== null && !file.startsWith(this.#conversation.state.agentSession ?? '')) return;
      this.#conversation.read();
      this.#publish();
    });
    this.#transcript = { folder, close: () => watcher.close() };
  }

  /** Requests follow the status: gone from `waiting` means somebody answered in the terminal. */
  #checkRequests(): void {
    const { clock } = this.#setting;
    const now = clock.now();
    if (this.#ended !== null) return this.#desk.closeAll(this.#desk.open);
    if (this.#status === null) return;
    if (this.#status.status === 'waiting') {
      if (this.#freeSince !== null) this.#lookAtScreenAfter(STATUS_LAG);
      this.#freeSince = null;
      return;
    }
    if (this.#freeSince === null) clock.after(FLICKER, () => this.#refresh());
    this.#freeSince ??= now;
    if (now - this.#freeSince < FLICKER) return;
    const isYoung = (stored: StoredRequest): boolean => now - stored.request.askedAt < STATUS_LAG;
    this.#desk.closeAll(this.#desk.open.filter((stored) => !isYoung(stored)));
    // Its status may still follow. If it doesn't, somebody was faster than that.
    if (this.#desk.open.some(isYoung)) clock.after(STATUS_LAG, () => this.#refresh());
  }

  /** The program waits and no hook told why (the bot was away, or it is a dialog without a hook): until a look finds out. */
  #lookAtScreenAfter(delay: Millis): void {
    this.#nextLook?.cancel();
    this.#nextLook = this.#setting.clock.after(delay, () => {
      if (!this.#waitsUnasked()) return;
      this.#openFromScreen()
        // A look that failed is one of many; that a terminal is gone is told by the runtime.
        .catch(() => undefined)
        .then(() => this.#waitsUnasked() && this.#lookAtScreenAfter(LOOK_AGAIN));
    });
  }

  async #openFromScreen(): Promise<void> {
    const screen = await this.#setting.terminal.capture(SCREEN_LINES);
    if (!this.#waitsUnasked()) return;
    if (asksAboutLimit(this.#status, this.#conversation.state.turn)) {
      const stop = stopKey(screen);
      if (stop !== null) return this.#setting.terminal.keys([stop]);
    }
    const stored = requestFromScreen(
      screen,
      this.#status?.waitingFor ?? null,
      this.#setting.clock.now(),
    );
    if (stored !== null) this.#desk.add(stored);
  }

  #waitsUnasked(): boolean {
    return !this.#closed && this.#status?.status === 'waiting' && !this.#desk.waits;
  }

  #publish(): void {
    const activity = activityOf(this.#status, this.#conversation.state.turn, this.#ended);
    if (activity === null) return;
    const key = JSON.stringify(activity);
    if (key === this.#emitted) return;
    this.#emitted = key;
    const { lastMessage, ...fact } = activity;
    this.#setting.emit({
      type: 'activity',
      lastMessage,
      fact: { ...fact, at: this.#setting.clock.now() },
    });
  }
}
