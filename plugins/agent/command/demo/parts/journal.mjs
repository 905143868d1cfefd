// What the demo agent remembers, and what it tells ao: a state file and the event file, both in the session's folder.
import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Dollars per million tokens. Demo pricing: made up, so that a cost can be seen. */
const DEMO_PRICING = { input: 2, output: 8 };

const fresh = () => ({
  conversation: `demo-${randomUUID().slice(0, 8)}`,
  task: null,
  phase: 'new',
  prompt: '',
  answer: null,
  formatted: null,
  notes: 0,
  inputTokens: 0,
  outputTokens: 0,
});

/** `events`: path of AO_EVENTS; without one nothing is told and nothing is remembered after the end. */
export function openJournal(events, resume) {
  const file = events ? join(dirname(events), 'demo-agent.json') : null;
  let state = (resume && file !== null ? read(file) : null) ?? fresh();
  const emit = (event) => {
    if (events) appendFileSync(events, `${JSON.stringify({ at: Date.now(), ...event })}\n`);
  };
  return {
    get state() {
      return state;
    },
    remember(change) {
      state = { ...state, ...change };
      if (file === null) return;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.tmp`, JSON.stringify(state));
      renameSync(`${file}.tmp`, file);
    },
    emit,
    accepted(text) {
      const trimmed = text.trim();
      emit({
        type: 'accepted',
        text: trimmed,
        sha256: createHash('sha256').update(trimmed).digest('hex'),
      });
    },
    /** Running totals, made up but growing with the text. */
    spend(input, output) {
      this.remember({
        inputTokens: state.inputTokens + input,
        outputTokens: state.outputTokens + output,
      });
      const usd =
        (state.inputTokens * DEMO_PRICING.input + state.outputTokens * DEMO_PRICING.output) / 1e6;
      emit({
        type: 'usage',
        models: [
          {
            model: 'demo',
            inputTokens: state.inputTokens,
            outputTokens: state.outputTokens,
            usd: Number(usd.toFixed(6)),
          },
        ],
      });
    },
  };
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}
