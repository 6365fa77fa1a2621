import type { Server, ServiceDefinition } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import type { HealthChecks } from './health.js';

/** How soon a service that is not ready any more, or again, says so, ms. */
const REFRESH_MS = 2_000;

/** The standard health service: every service of the process is SERVING while the process is ready. */
export class GrpcHealth {
  private readonly services: readonly string[];
  private readonly implementation: HealthImplementation;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(services: readonly (readonly [string, ServiceDefinition])[]) {
    this.services = ['', ...services.map(([name]) => name)];
    this.implementation = new HealthImplementation();
    this.setAll('NOT_SERVING');
  }

  addTo(server: Pick<Server, 'addService'>): void {
    this.implementation.addToServer(server);
  }

  /** Resolves once the first report is in. */
  async follow(checks: HealthChecks): Promise<void> {
    const refresh = async () => {
      const { ready } = await checks.report();
      if (this.isStopped) return;
      this.setAll(ready ? 'SERVING' : 'NOT_SERVING');
      this.timer = setTimeout(() => void refresh(), REFRESH_MS).unref();
    };
    await refresh();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.setAll('NOT_SERVING');
  }

  private setAll(status: 'SERVING' | 'NOT_SERVING'): void {
    for (const service of this.services) this.implementation.setStatus(service, status);
  }
}
