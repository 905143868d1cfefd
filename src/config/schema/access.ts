import { z } from 'zod';
import { text } from './primitives.ts';

const verb = z.enum([
  'view',
  'spawn',
  'steer',
  'answer',
  'approve-tool',
  'merge',
  'terminal',
  'admin',
]);
const subject = z
  .string()
  .regex(
    /^(slack:[^:]+:[^:]+|discord:[^:]+:[^:]+|web:[^:]+|proxy:[^:]+)$/,
    'expected a stable id such as slack:T024:U0G9, discord:41:80351, web:local',
  );
const group = z
  .string()
  .regex(
    /^(slack|discord):[^:]+:[^:]+$/,
    'expected a group such as slack:T024:S061 or discord:41:role-id',
  );

/** Who may do what. Fails closed: whoever is not named may do nothing. */
export const accessSchema = z.strictObject({
  roles: z
    .record(text, z.array(verb))
    .default({})
    .describe('Role name to verbs; built in are admin, lead, member and viewer'),
  users: z.record(subject, z.array(text)).default({}).describe('Person to role names'),
  groups: z
    .record(group, z.array(text))
    .default({})
    .describe('Slack user group or Discord role to role names'),
  verbs: z
    .partialRecord(verb, z.array(text))
    .default({})
    .describe('Further people and groups for one verb'),
});
