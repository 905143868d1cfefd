import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { costChart } from '../chat/answers/cost-chart.ts';
import { CHART_TITLE } from '../chat/answers/digest.ts';
import type { CostSeries } from '../domain/money/ledger.ts';
import { svgToPng } from '../lib/svg-to-png.ts';
import type { Logger } from '../slots/plugin.ts';

/** Screens of today. */
const SCALE = 2;
/** A platform may be away for days before it takes the message the chart belongs to. */
const KEPT = 40 * 86_400_000;

export interface Charts {
  /** PNG of money per day; the same numbers have the same file. Null: nothing was spent, or it could not be drawn, which is logged. */
  draw(series: CostSeries): Promise<string | null>;
}

/** Charts as files of a folder, because that is what chat platforms upload. */
export function createCharts({
  folder,
  logger,
  now,
}: {
  folder: string;
  logger: Logger;
  now: () => number;
}): Charts {
  return {
    async draw(series) {
      if (!series.parts.some((part) => part.usd.some((usd) => usd > 0))) return null;
      const svg = costChart(series, CHART_TITLE);
      const file = join(
        folder,
        `cost-${series.days.at(-1) ?? ''}-${createHash('sha256').update(svg).digest('hex').slice(0, 10)}.png`,
      );
      if (existsSync(file)) return file;
      try {
        const image = await svgToPng(svg, SCALE);
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        for (const old of readdirSync(folder))
          if (statSync(join(folder, old)).mtimeMs < now() - KEPT)
            rmSync(join(folder, old), { force: true });
        writeFileSync(file, image, { mode: 0o600 });
        return file;
      } catch (error) {
        logger.warn(
          { err: error },
          'the chart of the digest could not be drawn; the digest goes out without it',
        );
        return null;
      }
    },
  };
}
