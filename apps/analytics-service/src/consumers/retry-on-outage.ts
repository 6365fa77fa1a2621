import { RetryLaterError } from '#events';
import { isDatabaseOutage } from '#platform';

/** Runs a bus handler's work; a database that is away becomes {@link RetryLaterError}, so that no delivery is burnt. */
export async function retryOnOutage<T>(operation: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isDatabaseOutage(cause)) throw new RetryLaterError(`${operation}: the database is away`, { cause });
    throw cause;
  }
}
