/** Parts of what requests carry. */
import { z } from 'zod';

export const Text = z.string().min(1).max(100_000);
export const OptionalText = z.string().max(100_000).nullish();
export const Name = z.string().min(1).max(200);
export const Nothing = z.object({});
/** As query: a whole number from 0 on. */
export const whole = (max: number): z.ZodType<number> => z.coerce.number().int().min(0).max(max);
