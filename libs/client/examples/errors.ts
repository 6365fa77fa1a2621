/** Errors have classes and stable codes; a deadline is an AbortSignal. */
import { InvalidRequestError, LinkTracker, NotFoundError } from 'footfall-client';

const tracker = new LinkTracker({ baseUrl: process.env.FOOTFALL_URL, apiKey: process.env.FOOTFALL_API_KEY });

try {
  await tracker.getOriginalUrl('lt_calendly_unknown', { signal: AbortSignal.timeout(5_000) });
} catch (error) {
  if (!(error instanceof NotFoundError)) throw error;
  console.log(`${error.status} ${error.code}: ${error.message}`);
}

try {
  await tracker.createTrackedLink({ original_url: 'javascript:alert(1)', link_function: 'Portfolio' });
} catch (error) {
  if (!(error instanceof InvalidRequestError)) throw error;
  console.log(`${error.status} ${error.code}`);
}
