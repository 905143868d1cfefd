/** Prometheus metrics. */
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface MetricSources {
  /** Live sessions by status. */
  sessionsByStatus(): Readonly<Record<string, number>>;
  outbox(): ReadonlyArray<{
    readonly lane: string;
    readonly state: string;
    readonly depth: number;
  }>;
}

export interface Metrics {
  /** Time from an input to its commit. */
  observeDispatch(seconds: number): void;
  /** Prometheus text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Also the process's own: RSS, CPU, event loop lag, by prom-client's standard names. Values are read when asked. */
export function createMetrics(sources: MetricSources): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  new Gauge({
    name: 'ao_sessions',
    help: 'Sessions by status',
    labelNames: ['status'],
    registers: [register],
    collect() {
      this.reset();
      for (const [status, count] of Object.entries(sources.sessionsByStatus()))
        this.set({ status }, count);
    },
  });
  new Gauge({
    name: 'ao_outbox_depth',
    help: 'Effects in the outbox by lane and state',
    labelNames: ['lane', 'state'],
    registers: [register],
    collect() {
      this.reset();
      for (const { lane, state, depth } of sources.outbox()) this.set({ lane, state }, depth);
    },
  });
  const dispatch = new Histogram({
    name: 'ao_dispatch_seconds',
    help: 'Time from an input to its commit',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1],
    registers: [register],
  });
  return {
    observeDispatch: (seconds) => dispatch.observe(seconds),
    text: () => register.metrics(),
    contentType: register.contentType,
  };
}
