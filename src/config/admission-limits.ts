import type { AdmissionLimits } from '../domain/session/admission.ts';
import type { Config } from './schema/config.ts';

/** `limits` as the admission plan reads them. */
export function admissionLimits({ limits }: Config): Omit<AdmissionLimits, 'perProject'> {
  const { maxSessions, maxPerUser, spawnPerHour, memory } = limits;
  return {
    maxSessions: maxSessions ?? Number.MAX_SAFE_INTEGER,
    maxPerUser: maxPerUser ?? null,
    spawnPerHour: spawnPerHour ?? null,
    memory: memory.perSession === 0 ? null : memory,
  };
}
