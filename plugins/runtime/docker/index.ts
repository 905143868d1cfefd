import { definePlugin } from '../../../src/slots/plugin.ts';
import { dockerConfig } from './config.ts';
import { createDockerRuntime } from './docker-runtime.ts';

export default definePlugin({
  slot: 'runtime',
  name: 'docker',
  description:
    'Each agent in a container of its own, with limits, on the Docker engine of this machine.',
  config: dockerConfig,
  create: createDockerRuntime,
});
