import type { DoctorFinding } from '../../slots/plugin.ts';

export interface Finding extends DoctorFinding {
  /** `git`, `configuration`, `agent claude-code` */
  readonly area: string;
}

export const good = (area: string, what: string): Finding => ({
  level: 'ok',
  area,
  what,
  fix: null,
});
export const warn = (area: string, what: string, fix: string): Finding => ({
  level: 'warning',
  area,
  what,
  fix,
});
export const bad = (area: string, what: string, fix: string): Finding => ({
  level: 'error',
  area,
  what,
  fix,
});
