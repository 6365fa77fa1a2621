import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { Observable } from 'rxjs';

/**
 * The pages as an Observable that stops reading while `call` cannot take more.
 *
 * Nest writes what an Observable emits and keeps in memory what the call cannot take yet, without bound; so the
 * source itself has to wait for the call to drain. Ends reading when the caller goes away.
 */
export function pacedBy<Page, Response>(
  call: Writable,
  pages: AsyncIterable<Page>,
  toResponse: (page: Page) => Response,
): Observable<Response> {
  return new Observable((subscriber) => {
    const gone = new AbortController();
    const pump = async () => {
      for await (const page of pages) {
        if (subscriber.closed) return;
        subscriber.next(toResponse(page));
        if (call.writableNeedDrain) await once(call, 'drain', { signal: gone.signal });
      }
      subscriber.complete();
    };
    pump().catch((error: unknown) => subscriber.error(error));
    return () => gone.abort();
  });
}
