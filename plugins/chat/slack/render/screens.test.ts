import { expect, it } from 'vitest';
import { chatScreens } from '../../../../test/fakes/chat-screens.ts';
import { blockProblems, type Json, viewProblems } from '../../../../test/fakes/slack/block-kit.ts';
import { readBlock, readMessageText } from '../../../../test/fakes/slack/read-blocks.ts';
import { renderMessage } from './message.ts';
import { formView, homeView } from './view.ts';

const json = <T>(value: unknown): T => JSON.parse(JSON.stringify(value)) as T;

it('everything ao says in Slack reads as written down', async () => {
  const golden = (await chatScreens()).map((screen) => {
    if ('message' in screen) {
      const shown = renderMessage(screen.message, {
        mentions: (screen.message.mention ?? []).flatMap((who) =>
          who.startsWith('slack:') ? ['U0DANA00'] : [],
        ),
      });
      const blocks = json<Json[]>(shown.blocks);
      expect(blockProblems(blocks, 'message'), screen.name).toEqual([]);
      const files = shown.files.map(({ name }) => ({
        id: name,
        name,
        mimetype: 'text/plain',
        content: Buffer.alloc(0),
      }));
      return `## ${screen.name}\n> ${shown.text}\n${readMessageText({ text: shown.text, blocks, files })}\n`;
    }
    const view = json<Json>(
      'form' in screen
        ? formView(screen.form, { channel: 'C0DEV000', thread: null })
        : homeView(screen.home),
    );
    expect(viewProblems(view), screen.name).toEqual([]);
    const title =
      'form' in screen
        ? `> form: ${(view.title as { text: string }).text} [${(view.submit as { text: string }).text}]\n`
        : '';
    return `## ${screen.name}\n${title}${(view.blocks as Json[]).map(readBlock).join('\n')}\n`;
  });
  await expect(golden.join('\n')).toMatchFileSnapshot('golden/screens.txt');
});
