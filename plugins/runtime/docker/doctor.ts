import { PluginError } from '../../../src/slots/errors.ts';
import type { DoctorFinding } from '../../../src/slots/plugin.ts';
import { isGone } from './containers.ts';
import type { Making } from './create-container.ts';

interface Version {
  readonly Version: string;
}

/** Whether the engine answers, the image is there, and what agents need is in it. */
export async function doctor(making: Making): Promise<readonly DoctorFinding[]> {
  const { engine, config, context } = making;
  try {
    const { Version } = await engine.call<Version>('GET', '/version');
    const found: DoctorFinding[] = [
      { level: 'ok', what: `Docker ${Version} at ${config.socket}`, fix: null },
    ];
    const image = await engine
      .call('GET', `/images/${encodeURIComponent(config.image)}/json`)
      .catch((error: unknown) => {
        if (isGone(error)) return null;
        throw error;
      });
    if (image === null)
      return [
        ...found,
        {
          level: 'warning',
          what: `The image ${config.image} is not there; it is pulled with the first session.`,
          fix: `docker pull ${config.image}, or build it, or correct runtimes: ${context.id}: image.`,
        },
      ];
    return [...found, ...(await inside(making))];
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    return [
      { level: 'error', what: error.message, fix: 'Start Docker, and let the user of ao use it.' },
    ];
  }
}

/** Asks a container of the image, which is gone afterwards. */
async function inside({ engine, config, installation }: Making): Promise<readonly DoctorFinding[]> {
  const { Id } = await engine.call<{ Id: string }>('POST', '/containers/create', {
    Image: config.image,
    Entrypoint: ['/bin/sh', '-c', 'command -v git >/dev/null'],
    Cmd: [],
    Labels: { 'ao.doctor': installation },
    NetworkDisabled: true,
  });
  try {
    await engine.call('POST', `/containers/${Id}/start`);
    const { StatusCode } = await engine.call<{ StatusCode: number }>(
      'POST',
      `/containers/${Id}/wait`,
    );
    return [
      StatusCode === 0
        ? { level: 'ok', what: `The image ${config.image} starts and has git.`, fix: null }
        : {
            level: 'error',
            what: `The image ${config.image} has no git.`,
            fix: 'Install git in the image.',
          },
    ];
  } finally {
    await engine.call('DELETE', `/containers/${Id}?force=1&v=1`).catch(() => undefined);
  }
}
