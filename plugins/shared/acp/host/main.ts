/**
 * The program in the pane of an agent that speaks the Agent Client Protocol: it starts the agent, talks to it for the bot and for whoever
 * is at the terminal, and writes down what happens. The bot may come and go.
 */
import { readFileSync } from 'node:fs';
import { systemClock } from '../../../../src/lib/clock.ts';
import { followEventFile } from '../../program/event-file.ts';
import { startAgent } from './agent-process.ts';
import { Conversation } from './conversation.ts';
import { ConversationLost, failureText, needsLogin } from './failure.ts';
import { openJournal } from './journal.ts';
import { RequestDesk } from './requests.ts';
import { Screen } from './screen.ts';
import { hostSettings, parseInboxLine } from './settings.ts';

const settings = hostSettings.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
const journal = openJournal(settings.events);
const agent = startAgent(settings.argv, settings.cwd);

const leave = (code: number): void => {
  agent.stop();
  process.exit(code);
};
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.once(signal, () => leave(0));

const screen = new Screen({
  line(text) {
    if (desk.open !== null) desk.typed(text);
    // A number pressed twice, or too late, answers a question; it is never meant as a message.
    else if (/^\d{1,2}$/.test(text.trim())) screen.note('No question is open.');
    else if (text.trim() !== '') conversation.say(text);
  },
  interrupt: () => void (conversation.running ? conversation.cancel() : undefined),
  leave: () => leave(0),
});
const desk = new RequestDesk(journal, screen);
const conversation = new Conversation(settings, agent, { journal, screen, desk });

void agent.ended.then((code) => {
  const words = agent.lastWords();
  console.error(
    `\n${words === '' ? '' : `${words}\n`}${settings.name} ended${code === null ? '' : ` with code ${code}`}.`,
  );
  process.exit(code ?? 1);
});

screen.title(`${settings.name}, by way of ao`);
try {
  await conversation.open();
} catch (error) {
  if (error instanceof ConversationLost) {
    journal.tell({ type: 'lost' });
    screen.note(
      `${settings.name} can't continue the old conversation. ao starts it again with a summary.`,
    );
    // Whoever started it ends it.
    await new Promise(() => undefined);
  }
  // The agent's own end says more, and comes a moment after its channel closed.
  await new Promise((resolve) => setTimeout(resolve, 200));
  console.error(
    `\n${needsLogin(error) ? `${settings.name} is not logged in. ${settings.login}` : `${settings.name} can't be talked to: ${failureText(error)}`}`,
  );
  leave(1);
}
if (settings.prompt !== null) conversation.say(settings.prompt);

followEventFile(
  settings.inbox,
  systemClock,
  (line) => {
    const wanted = parseInboxLine(line);
    if (wanted?.type === 'prompt') conversation.say(wanted.text);
    if (wanted?.type === 'answer') desk.answer(wanted.request, wanted);
    if (wanted?.type === 'cancel') void conversation.cancel();
  },
  () => undefined,
  ({ path, found }) => console.error(`${path} is ${found}`),
).pump();
