import type { DataSource } from 'typeorm';
import type { Metrics } from '../metrics.js';

/** What pg's pool, which TypeORM keeps as its driver's `master`, says of itself. */
interface Pool {
  totalCount: number;
  idleCount: number;
  waitingCount: number;
}

/** Shows how many connections a database's pool has, and who waits for one. */
export function observePool({ driver }: DataSource, schema: string, metrics: Metrics): void {
  const { master: pool } = driver as unknown as { master: Pool };
  const connections = {
    name: 'footfall_database_connections',
    help: 'Connections of this process to its database',
  };
  metrics.addReading({ ...connections, labels: { schema, state: 'idle' } }, () => pool.idleCount);
  metrics.addReading(
    { ...connections, labels: { schema, state: 'in_use' } },
    () => pool.totalCount - pool.idleCount,
  );
  metrics.addReading(
    { name: 'footfall_database_waiting', help: 'Queries that wait for a connection', labels: { schema } },
    () => pool.waitingCount,
  );
}
