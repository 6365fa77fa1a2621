import type { IncomingHttpHeaders } from 'node:http';
import { isbot } from 'isbot';
import type { Client } from '#platform';

/**
 * The class that the headers of a visitor who asked not to be tracked suggest, since they are dropped before
 * anybody else can judge them. First rules: announced machines and fetches that are no page loads are machines,
 * no language is suspected, anything else a person.
 */
export function guessClass(
  headers: IncomingHttpHeaders,
  { secure }: Client,
): 'human' | 'machine' | 'suspected' {
  const agent = headers['user-agent'];
  if (!agent || isbot(agent)) return 'machine';
  const { 'sec-fetch-dest': destination, 'sec-fetch-mode': mode } = headers;
  if (secure && destination !== undefined && destination !== 'document') return 'machine';
  if (secure && mode !== undefined && mode !== 'navigate') return 'machine';
  return headers['accept-language'] ? 'human' : 'suspected';
}
