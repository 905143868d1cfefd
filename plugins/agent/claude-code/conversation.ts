import { join } from 'node:path';
import type { PriceTable } from '../../../src/domain/money/pricing.ts';
import { type Millis, quarterOf } from '../../../src/domain/session/time.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Tell } from '../../../src/lib/guarded/problem.ts';
import { listFolder } from '../../../src/lib/guarded/read.ts';
import { readJsonLines } from '../../../src/lib/jsonl-tail.ts';
import {
  isExpected,
  noteTaken,
  noteTyped,
  wasTaken,
  wasTyped,
} from '../../../src/lib/text-journal.ts';
import type { AgentEvent, AgentSessionInfo } from '../../../src/slots/agent.ts';
import { inOwnFolder } from '../../shared/own-folder.ts';
import { findTranscript, transcriptPath, transcriptsIn } from './config-dir.ts';
import { disarm, unwrapPaste } from './prompt-text.ts';
import {
  type LaunchRecord,
  loadState,
  readLaunchRecord,
  type SideState,
  saveState,
  type Turn,
} from './side-state.ts';
import {
  failureOf,
  isNotice,
  parseTranscriptLine,
  type TranscriptItem,
  transcriptItems,
} from './transcript.ts';
import { countUsage, usageTotals } from './usage.ts';

const SAME_PROMPT = 1000;
const SAVE_AFTER = 200;

export interface ConversationSetting {
  readonly session: AgentSessionInfo;
  readonly configDir: string;
  readonly clock: Clock;
  readonly prices: PriceTable;
  readonly emit: (event: AgentEvent) => void;
  /** Gets what is wrong with its files. */
  readonly tell: Tell;
}

/**
 * What was said in one session's conversation: read from transcript and hooks, remembered in the session's own folder,
 * so that a restarted bot goes on where it stopped reading.
 */
export class Conversation {
  readonly state: SideState;
  readonly #setting: ConversationSetting;
  #saving: { cancel(): void } | null = null;
  /** Set while a part of the transcript is still to be read. */
  #reading: { cancel(): void } | null = null;

  constructor(setting: ConversationSetting) {
    const { session } = setting;
    this.#setting = setting;
    const launched = readLaunchRecord(session.stateDir, setting.tell);
    this.state = loadState(session.stateDir, setting.tell);
    const id = session.agentSession ?? this.state.agentSession ?? launched?.agentSession ?? null;
    if (id !== null) this.adopt(id, null);
    if (launched !== null && launched.launch !== this.state.launch) this.#beginLaunch(launched);
  }

  /** The conversation this session has now; a person may have begun a new one in the terminal. */
  adopt(id: string, transcript: string | null): void {
    const { configDir, tell } = this.#setting;
    const named =
      transcript === null ? null : inOwnFolder(transcript, transcriptsIn(configDir), tell);
    if (named !== null) this.state.transcript = named;
    if (this.state.agentSession === id) return;
    if (this.state.agentSession !== null && named === null) this.state.transcript = null;
    this.state.agentSession = id;
    this.#setting.emit({ type: 'agent_session', id });
    this.save();
  }

  /** Folder in which the transcript is or will be; null before the conversation has an id. */
  transcriptFolder(): string | null {
    const { session, configDir } = this.#setting;
    const { agentSession, transcript } = this.state;
    if (transcript !== null) return join(transcript, '..');
    return agentSession === null
      ? null
      : join(transcriptPath(configDir, session.cwd, agentSession), '..');
  }

  /** Reads what was added to the transcript and its sub-agents' files, and emits what it says. */
  read(): void {
    const path = this.#transcript();
    if (path === null) return;
    this.#readFile(path, true);
    const folder = join(path.replace(/\.jsonl$/, ''), 'subagents');
    for (const name of listFolder(folder, this.#setting.tell))
      if (name.endsWith('.jsonl')) this.#readFile(join(folder, name), false);
  }

  #tellUsage(at: Millis): void {
    this.#setting.emit({ type: 'usage', models: usageTotals(this.state.usage), at });
  }

  /** The agent took this text. `by`: a queued message is in the transcript twice (queued, then taken). */
  accept(text: string, at: Millis, by: 'hook' | 'queue' | 'transcript'): void {
    const { state } = this;
    // What the program writes itself looks like a person's words that quote it: ours are known.
    if (isNotice(text) && !isExpected(state.journal, text, at, by)) {
      if (by === 'hook') this.turn({ type: 'running', at });
      return;
    }
    const words = unwrapPaste(text);
    const taken = noteTaken(state.journal, words, { at, by, within: SAME_PROMPT });
    this.turn({ type: 'running', at });
    this.save();
    if (taken.known) return;
    state.lastPrompt = words;
    // What was typed differs from what was meant where it had to be disarmed.
    this.#setting.emit({ type: 'prompt_accepted', text: taken.text, at });
  }

  /** Moves the turn on, unless a later thing is known already. */
  turn(turn: Turn): void {
    const former = this.state.turn;
    if (former !== null && former.at > turn.at) return;
    // Words of the end told by a hook stay when the transcript only says that it ended.
    if (turn.type === 'done' && former !== null && former.type !== 'running') return;
    this.state.turn = turn;
    this.save();
  }

  stopFailed(error: string, text: string, at: Millis): void {
    this.turn({ type: 'failed', at, failure: failureOf(error, text, at) });
  }

  /** To be called before the first key of `text` (meant) and `sent` (as typed). On disk when it returns. */
  noteTyped(text: string, sent: string, at: Millis): void {
    noteTyped(this.state.journal, text, sent, at);
    this.save();
    this.flush();
  }

  /** `sent` was typed (or given at launch) before and the agent took it since. */
  wasAccepted(sent: string): boolean {
    return wasTaken(this.state.journal, sent);
  }

  wasTyped(sent: string): boolean {
    return wasTyped(this.state.journal, sent);
  }

  save(): void {
    this.#saving ??= this.#setting.clock.after(SAVE_AFTER, () => this.flush());
  }

  /** Reads no more, and saves what is known. */
  close(): void {
    this.#reading?.cancel();
    this.flush();
  }

  flush(): void {
    this.#saving?.cancel();
    this.#saving = null;
    saveState(this.#setting.session.stateDir, this.state, this.#setting.tell);
  }

  /** What the former launch left unfinished is not this one's turn; the first prompt was typed by the launch itself. */
  #beginLaunch(launched: LaunchRecord): void {
    this.state.launch = launched.launch;
    this.state.turn = null;
    if (launched.prompt !== null)
      noteTyped(this.state.journal, launched.prompt, disarm(launched.prompt), launched.at);
    this.save();
  }

  #transcript(): string | null {
    const { session, configDir } = this.#setting;
    if (this.state.agentSession === null) return null;
    if (this.state.transcript === null)
      this.state.transcript = findTranscript(configDir, session.cwd, this.state.agentSession);
    return this.state.transcript;
  }

  #readFile(path: string, main: boolean): void {
    const { clock, prices, tell, configDir } = this.#setting;
    const { entries, offset, more } = readJsonLines(path, this.state.offsets[path] ?? 0, tell, {
      inside: transcriptsIn(configDir),
    });
    if (offset === (this.state.offsets[path] ?? 0)) return;
    if (more) this.#readOn();
    let countedAt: Millis | null = null;
    for (const entry of entries) {
      const line = parseTranscriptLine(entry);
      if (line === null) continue;
      const at = Date.parse(line.timestamp ?? '') || clock.now();
      if (countedAt !== null && quarterOf(at) > quarterOf(countedAt)) {
        this.#tellUsage(countedAt);
        countedAt = null;
      }
      if (line.type === 'assistant' && countUsage(this.state.usage, line, at, prices))
        countedAt = Math.max(at, countedAt ?? 0);
      if (main) for (const item of transcriptItems(line, clock.now())) this.#take(item);
    }
    this.state.offsets[path] = offset;
    this.save();
    if (countedAt !== null) this.#tellUsage(countedAt);
  }

  /** The rest of a long transcript is read in turns, so that others have theirs. */
  #readOn(): void {
    this.#reading ??= this.#setting.clock.after(0, () => {
      this.#reading = null;
      this.read();
    });
  }

  #take(item: TranscriptItem): void {
    switch (item.type) {
      case 'prompt':
        return this.accept(item.text, item.at, item.queued ? 'queue' : 'transcript');
      case 'said': {
        this.state.lastText = item.text;
        return;
      }
      case 'tool':
        return this.#setting.emit({ type: 'tool', summary: item.summary });
      case 'interrupted':
        return isExpected(this.state.journal, item.text, item.at, 'transcript')
          ? this.accept(item.text, item.at, 'transcript')
          : this.turn({ type: 'interrupted', at: item.at });
      case 'failed':
        return this.turn({ type: 'failed', failure: item.failure, at: item.at });
      case 'turn_end':
        return this.turn({ type: 'done', text: this.state.lastText, at: item.at });
    }
  }
}
