import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { notifiersInUse } from '../../config/notification-routing.ts';
import type { NotifierPlugin } from '../../slots/notifier.ts';
import { buildPlugin } from '../../slots/plugin.ts';
import { bad, type Finding, good, warn } from './finding.ts';
import { contextOf, type Instance, notifierInstance, type Subject } from './plugin-instances.ts';
import { within } from './within.ts';

/** Sends one message through every notifier in use, as the bot would. */
export async function tryNotifiers(subject: Subject): Promise<readonly Finding[]> {
  const instances = notifiersInUse(subject.config).flatMap((name) =>
    notifierInstance(name, subject),
  );
  if (instances.length === 0)
    return [
      warn(
        'notifiers',
        'none is configured',
        'Add one under notifiers in ao.yaml, and name it in defaults.notifiers or notificationRouting.',
      ),
    ];
  const scratch = mkdtempSync(path.join(tmpdir(), 'ao-doctor-'));
  try {
    return await Promise.all(instances.map((instance) => tryNotifier(instance, subject, scratch)));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function tryNotifier(
  instance: Instance,
  { env, now }: Subject,
  scratch: string,
): Promise<Finding> {
  const { area, definition } = instance;
  try {
    const plugin = (await buildPlugin(
      definition,
      definition.config.parse(instance.part),
      contextOf(instance, env, scratch),
    )) as NotifierPlugin;
    const text = 'This is a test: ao can reach you here.';
    const message = {
      project: 'ao',
      session: null,
      title: 'Test of ao',
      text,
      next: 'Nothing needs to be done.',
      url: null,
      pr: null,
    };
    await within(plugin.notify(message, { priority: 'action', key: `test-${now()}` }));
    return good(area, 'took a test message; see whether it arrived');
  } catch (error) {
    return bad(
      area,
      `did not take a test message: ${(error as Error).message}`,
      'Put its part of ao.yaml right, then: ao doctor --test-notify',
    );
  }
}
