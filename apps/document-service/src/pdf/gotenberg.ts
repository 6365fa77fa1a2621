/** Longest one conversion may take; Gotenberg's own limit is 30 s, too (`--api-timeout`). */
const DEADLINE_MS = 30_000;
/** A resume's PDF has some 50 kB; what is larger than this is none. */
const MAX_PDF_BYTES = 50_000_000;
/** Gotenberg says in plain text what is wrong. */
const SHOWN_COMPLAINT = 300;

/**
 * Converts a .docx with a Gotenberg 8 server (https://gotenberg.dev, route `/forms/libreoffice/convert`). A user and
 * password in the URL are sent as basic authentication. Throws with Gotenberg's own words when it refuses.
 */
export async function convertByGotenberg(
  docx: Uint8Array,
  url: string,
  deadlineMs = DEADLINE_MS,
): Promise<Buffer> {
  const { address, headers } = callOf(url);
  const form = new FormData();
  // The name's ending tells Gotenberg what kind of file it is.
  form.append('files', new Blob([new Uint8Array(docx)]), 'document.docx');
  const response = await fetch(address, {
    method: 'POST',
    headers,
    body: form,
    redirect: 'error',
    signal: AbortSignal.timeout(deadlineMs),
  });
  const body = await readAtMost(response, MAX_PDF_BYTES);
  if (response.ok) return body;
  const complaint = body.toString('utf8').slice(0, SHOWN_COMPLAINT);
  throw new Error(`Gotenberg answered ${response.status}: ${complaint}`);
}

/** fetch takes no credentials in an address. */
function callOf(url: string): { address: URL; headers: Record<string, string> } {
  const address = new URL('forms/libreoffice/convert', url.endsWith('/') ? url : `${url}/`);
  const { username, password } = address;
  if (username === '') return { address, headers: {} };
  address.username = '';
  address.password = '';
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { address, headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } };
}

async function readAtMost({ body }: Response, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > limit) throw new Error(`Gotenberg answered more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
