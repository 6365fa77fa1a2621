/**
 * The body of a message: a JSON array with each event's text on a line of its own,
 *
 *     [
 *     {"event_id":…},
 *     {"event_id":…}
 *     ]
 *
 * so that it is written without parsing anything, and one malformed record is found alone. A raw line break can
 * only be white space between the tokens of a JSON text, so it may become a space.
 */
export function encodeBody(events: readonly string[]): Buffer {
  const lines = events.map((event) => (event.includes('\n') ? event.replaceAll('\n', ' ') : event));
  return Buffer.from(`[\n${lines.join(',\n')}\n]`);
}

const BRACKET = '['.charCodeAt(0);
const LINE_BREAK = '\n'.charCodeAt(0);

/** How many events a body holds: by its lines, without reading them; at least 1, for a body must be looked at to be refused. */
export function countEvents(body: Buffer): number {
  if (body[0] !== BRACKET || body[1] !== LINE_BREAK) return Math.max(decodeBody(body)?.length ?? 1, 1);
  let lines = 0;
  for (let at = body.indexOf(LINE_BREAK); at !== -1; at = body.indexOf(LINE_BREAK, at + 1)) lines++;
  return Math.max(lines - 1, 1);
}

/** The event texts in a body, also in a JSON array from another hand; undefined when it is neither. */
export function decodeBody(body: Buffer): string[] | undefined {
  const text = body.toString('utf8');
  if (text.startsWith('[\n') && text.endsWith('\n]') && text.length > 4)
    return text.slice(2, -2).split(',\n');
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.map((event) => JSON.stringify(event)) : undefined;
  } catch {
    return undefined;
  }
}
