import { randomUUID } from 'node:crypto';
import type { Millis } from '../../../src/domain/session/time.ts';
import { type Clock, pause } from '../../../src/lib/clock.ts';
import type { AgentEvent, AgentTerminal } from '../../../src/slots/agent.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import { refusalWords } from '../../shared/agent-request.ts';
import {
  chooseInDialog,
  DIALOG_DELAY,
  dialogGone,
  isCommandOf,
  isEdits,
  isShown,
  isUnknown,
  LOOK_EVERY,
} from './dialog.ts';
import type { RolloutLine } from './schema.ts';
import { dialogOptions } from './screen.ts';
import type { Answer, AskedPermission, SideState, StoredRequest } from './side-state.ts';

const SCREEN_LINES = 40;

export interface DeskSetting {
  readonly state: SideState;
  readonly terminal: AgentTerminal;
  readonly clock: Clock;
  readonly emit: (event: AgentEvent) => void;
  readonly save: () => void;
  /** Tells what the program waits for by now. */
  readonly publish: () => void;
}

/** Open permission requests of one session, whose dialogs the program shows one after the other. */
export class PermissionDesk {
  readonly #setting: DeskSetting;
  /** Whether the dialog of a request was ever on the screen, and in how many looks since it was not. */
  readonly #seen = new WeakMap<
    AskedPermission,
    { readonly ever: boolean; readonly missing: number }
  >();
  /** When a dialog was seen last. */
  #dialogAt: Millis = 0;
  #following = false;
  #stopped = false;

  constructor(setting: DeskSetting) {
    this.#setting = setting;
  }

  async answer(requestId: string, answer: Answer): Promise<void> {
    const asked = this.#setting.state.permissions.find(
      (one) => one.request.id === requestId && !one.told,
    );
    if (asked === undefined) throw dialogGone();
    if (await this.#standsBehind(asked)) return this.#keepAnswer(asked, answer);
    await this.#choose(asked, answer);
  }

  /** What was done was allowed, also when nobody saw its dialog go. */
  take(line: RolloutLine): void {
    const done = permissionOf(line, this.#setting.state.permissions);
    if (done !== undefined) this.#close(done);
  }

  /** A turn that ended leaves none open that was asked in it. */
  closeEnded(): void {
    const { turn, permissions } = this.#setting.state;
    if (turn === null || turn.type === 'running') return;
    for (const asked of permissions.filter(({ request }) => turn.at > request.askedAt))
      this.#close(asked);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** The screen shows the dialog of another request, which has to be answered first. */
  async #standsBehind(asked: AskedPermission): Promise<boolean> {
    if (this.#setting.state.permissions.length < 2) return false;
    const shown = this.#shownOf(await this.#setting.terminal.capture(SCREEN_LINES));
    return shown !== undefined && shown !== asked;
  }

  /** It is given as soon as its dialog is on the screen. */
  #keepAnswer(asked: AskedPermission, answer: Answer): void {
    asked.answer = answer;
    asked.told = true;
    this.#setting.save();
    this.#setting.emit({
      type: 'request_closed',
      request: asked.request.id,
      answer: labelOf(asked),
    });
    this.#tellWords(asked, answer);
  }

  /** "No" ends the turn and lets the person say what to do instead. */
  #tellWords({ request }: AskedPermission, answer: Answer): void {
    const words = refusalWords(answer);
    if (words !== '') this.#setting.emit({ type: 'words_left', request: request.id, text: words });
  }

  async #choose(asked: AskedPermission, answer: Answer): Promise<void> {
    const { terminal, clock } = this.#setting;
    const kept = asked.answer;
    try {
      await chooseInDialog(answer.option ?? 'deny', {
        terminal,
        clock,
        open: () => this.#setting.state.permissions.includes(asked),
        isShown: (screen) => this.#shownOf(screen) === asked,
        // The turn may end before the screen was looked at again. Before the key it ends by somebody at the terminal.
        pressing: () => {
          asked.answer = answer;
        },
      });
    } catch (error) {
      asked.answer = kept;
      throw error;
    }
    this.#close(asked);
    if (!asked.told) this.#tellWords(asked, answer);
  }

  open(request: StoredRequest): void {
    this.#setting.state.permissions = [
      ...this.#setting.state.permissions,
      { request, answer: null, told: false },
    ];
    this.#setting.save();
    this.#setting.emit({ type: 'request_opened', request });
    this.#setting.publish();
    this.follow();
  }

  /** While requests are open, the screen tells which was answered in the terminal, and whose turn it is. */
  follow(): void {
    if (this.#following) return;
    this.#following = true;
    this.#followWhileOpen().finally(() => {
      this.#following = false;
    });
  }

  async #followWhileOpen(): Promise<void> {
    while (!this.#stopped && this.#setting.state.permissions.length > 0) {
      try {
        await this.#followDialog();
      } catch (error) {
        // A terminal that is gone tells nothing; the runtime tells that it is. Any other look that failed is one of many.
        if (error instanceof PluginError && error.kind === 'not_found') return;
      }
      await pause(this.#setting.clock, LOOK_EVERY);
    }
  }

  async #followDialog(): Promise<void> {
    const { terminal, clock } = this.#setting;
    const screen = await terminal.capture(SCREEN_LINES);
    if (this.#stopped) return;
    const now = clock.now();
    if (dialogOptions(screen).length > 0) this.#dialogAt = now;
    const shown = this.#shownOf(screen);
    for (const asked of this.#setting.state.permissions) {
      const known = this.#seen.get(asked) ?? { ever: false, missing: 0 };
      const missing = asked === shown ? 0 : known.missing + 1;
      this.#seen.set(asked, { ever: known.ever || asked === shown, missing });
      const late = now - Math.max(asked.request.askedAt, this.#dialogAt) > DIALOG_DELAY;
      // A screen caught while it is drawn shows nothing: gone is what two looks in a row don't find.
      if (missing >= 2 && (known.ever || late)) this.#close(asked);
    }
    if (shown?.told === true && shown.answer !== null) await this.#giveKept(shown, shown.answer);
  }

  /** A dialog that offers something else than was answered is asked about anew. */
  async #giveKept(asked: AskedPermission, answer: Answer): Promise<void> {
    try {
      await this.#choose(asked, answer);
    } catch {
      if (!this.#setting.state.permissions.includes(asked)) return;
      this.#setting.state.permissions = this.#setting.state.permissions.filter(
        (one) => one !== asked,
      );
      this.open({ ...asked.request, id: randomUUID() });
    }
  }

  /** Whose dialog is on the screen: the one with its words, else the only one nobody knows the words of. */
  #shownOf(screen: string): AskedPermission | undefined {
    if (dialogOptions(screen).length === 0) return undefined;
    const { permissions } = this.#setting.state;
    const unknown = permissions.filter(({ request }) => isUnknown(request));
    return (
      permissions.find(({ request }) => isShown(request, screen)) ??
      (unknown.length === 1 ? unknown[0] : undefined)
    );
  }

  #close(asked: AskedPermission): void {
    if (!this.#setting.state.permissions.includes(asked)) return;
    this.#setting.state.permissions = this.#setting.state.permissions.filter(
      (one) => one !== asked,
    );
    this.#setting.save();
    if (!asked.told)
      this.#setting.emit({
        type: 'request_closed',
        request: asked.request.id,
        answer: labelOf(asked),
      });
    this.#setting.publish();
  }
}

function permissionOf(
  line: RolloutLine,
  permissions: readonly AskedPermission[],
): AskedPermission | undefined {
  if (line.type !== 'event_msg' || line.payload.type !== 'item_completed') return undefined;
  const { item } = line.payload;
  const at = Date.parse(line.timestamp);
  return permissions.find(
    ({ request }) =>
      request.askedAt <= at &&
      ((item.type === 'CommandExecution' && isCommandOf(request, item.command.at(-1) ?? '')) ||
        (item.type === 'FileChange' && isEdits(request))),
  );
}

/** Null: answered in the terminal, or not at all. */
function labelOf({ request, answer }: AskedPermission): string | null {
  return answer === null
    ? null
    : (request.options.find(({ id }) => id === (answer.option ?? 'deny'))?.label ?? null);
}
