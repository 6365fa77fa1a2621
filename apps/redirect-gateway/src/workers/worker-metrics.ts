import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';
import type { Metrics } from '#platform';

const ASK = 'footfall:metrics?';
const ANSWER = 'footfall:metrics';

interface Answer {
  type: typeof ANSWER;
  id: number;
  text?: string;
}

/** In a worker: `/metrics` answers for all workers, whichever is asked, each series with its worker's number. */
export function shareMetrics(metrics: Metrics, slot: number): void {
  if (!cluster.isWorker) return;
  const { registry } = metrics;
  registry.setDefaultLabels({ worker: String(slot) });
  // Making one is what listens to the supervisor.
  new AggregatorRegistry();
  AggregatorRegistry.setRegistries(registry as Registry);
  let asked = 0;
  const waiting = new Map<number, (text: string | undefined) => void>();
  process.on('message', (message: Answer) => {
    if (message?.type === ANSWER) waiting.get(message.id)?.(message.text);
  });
  metrics.collect = async () => {
    asked += 1;
    const id = asked;
    const answered = new Promise<string | undefined>((resolve) => waiting.set(id, resolve));
    process.send?.({ type: ASK, id });
    const text = await answered;
    waiting.delete(id);
    // A worker that hangs keeps the others' figures back: then at least these.
    return text ?? registry.metrics();
  };
}

/** In the supervisor: answers what {@link shareMetrics} asks. */
export function answerMetricsRequests(worker: Worker): void {
  all ??= new AggregatorRegistry();
  worker.on('message', (message: { type?: string; id: number }) => {
    if (message?.type !== ASK) return;
    const { id } = message;
    void all
      ?.clusterMetrics()
      .catch(() => undefined)
      .then((text) => worker.isConnected() && worker.send({ type: ANSWER, id, text }));
  });
}

let all: AggregatorRegistry<'text/plain; version=0.0.4; charset=utf-8'> | undefined;
