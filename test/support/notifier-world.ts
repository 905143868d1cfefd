import type { NotifierPlugin } from '../../src/slots/notifier.ts';
import type { PluginDefinition } from '../../src/slots/plugin.ts';
import type { NotifierWorld } from '../contract/notifier.ts';
import { type HttpInbox, httpInbox } from '../fakes/http-inbox.ts';
import { pluginContext, temporaryFolder } from './plugin-context.ts';

/** A notifier with settings that are checked as those of ao.yaml are. */
export function openNotifier<C>(
  definition: PluginDefinition<'notifier', C>,
  settings: unknown,
): { readonly notifier: NotifierPlugin; close(): void } {
  const folder = temporaryFolder('notifier');
  const notifier = definition.create(
    definition.config.parse(settings),
    pluginContext({ id: definition.name, folder: folder.path }),
  );
  return { notifier, close: () => folder.remove() };
}

/** A notifier that posts to an inbox on loopback. */
export async function postingWorld<C>(
  definition: PluginDefinition<'notifier', C>,
  settings: (url: string) => unknown,
): Promise<NotifierWorld & { readonly inbox: HttpInbox }> {
  const inbox = await httpInbox();
  const { notifier, close } = openNotifier(definition, settings(inbox.url));
  return {
    inbox,
    notifier,
    arrived: () => inbox.taken.map((posted) => readable(posted.body)),
    async close() {
      close();
      await inbox.close();
    },
  };
}

/** JSON as its strings, so that what is escaped there is seen as it arrives. */
function readable(body: string): string {
  const strings: string[] = [];
  JSON.parse(body, (_key, value: unknown) => {
    if (typeof value === 'string') strings.push(value);
    return value;
  });
  return strings.join('\n');
}
