import { z } from 'zod';
import { pluginName, timeOfDay, timezone } from './primitives.ts';

const route = z.array(pluginName).optional();

/** Names from `notifiers` per priority; a priority that is left out goes to `defaults.notifiers`. */
export const notificationRoutingSchema = z.strictObject({
  urgent: route,
  action: route,
  warning: route,
  info: route,
});

export const quietHoursSchema = z.strictObject({
  from: timeOfDay,
  to: timeOfDay,
  timezone: timezone.default('UTC'),
});
