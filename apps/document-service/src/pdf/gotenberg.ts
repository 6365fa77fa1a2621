const DEADLINE_MS = 30_000;

/** Converts a .docx with a Gotenberg server (https://gotenberg.dev, route `/forms/libreoffice/convert`). */
export async function convertByGotenberg(docx: Uint8Array, url: string): Promise<Buffer> {
  const form = new FormData();
  form.append('files', new Blob([new Uint8Array(docx)]), 'document.docx');
  const response = await fetch(new URL('forms/libreoffice/convert', url.endsWith('/') ? url : `${url}/`), {
    method: 'POST',
    body: form,
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  if (!response.ok) throw new Error(`Gotenberg answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}
