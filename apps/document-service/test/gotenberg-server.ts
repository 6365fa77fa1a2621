import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { DocxReader } from './docx-reader.js';

interface Answer {
  status: number;
  body: string | Buffer;
  headers?: Record<string, string>;
}

/**
 * As much of Gotenberg 8 as its documentation says of `/forms/libreoffice/convert`: multipart alone, at least one form
 * file under `files` whose ending it knows, plain-text errors, a trace in every answer. Its PDFs hold the document's
 * links and nothing else. No real server was at hand to compare it with.
 */
export class GotenbergServer {
  /** What comes instead of a conversion. */
  trouble: Answer | 'silence' | undefined;
  credentials: string | undefined;
  bodyLimitBytes = Number.POSITIVE_INFINITY;
  readonly files: { name: string; bytes: Buffer }[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<GotenbergServer> {
    const server = createServer();
    const gotenberg = new GotenbergServer(server);
    server.on('request', async (request, response) => {
      const answer = await gotenberg.answer(request).catch((error) => ({ status: 500, body: String(error) }));
      if (answer !== 'silence') send(response, answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return gotenberg;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage): Promise<Answer | 'silence'> {
    const type = request.headers['content-type'] ?? '';
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (request.url !== '/forms/libreoffice/convert') return { status: 404, body: 'Not Found' };
    if (request.method !== 'POST') return { status: 405, body: 'Method Not Allowed' };
    const { authorization = '' } = request.headers;
    if (this.credentials && authorization !== `Basic ${btoa(this.credentials)}`) {
      return { status: 401, body: 'Unauthorized', headers: { 'www-authenticate': 'Basic' } };
    }
    if (body.length > this.bodyLimitBytes) return { status: 413, body: 'Request Entity Too Large' };
    if (!type.startsWith('multipart/form-data')) {
      return { status: 415, body: "Invalid 'Content-Type' header value: want 'multipart/form-data'" };
    }
    if (this.trouble) return this.trouble;
    const [file] = await readFiles(body, type);
    if (!file)
      return { status: 400, body: 'Invalid form data: no form file found for extensions: [.docx .odt]' };
    this.files.push(file);
    return { status: 200, body: linksAsPdf(file.bytes), headers: { 'content-type': 'application/pdf' } };
  }
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const common = { 'content-type': 'text/plain; charset=UTF-8', 'gotenberg-trace': 'trace-1' };
  response.writeHead(status, { ...common, ...headers }).end(body);
}

async function readFiles(body: Buffer, type: string): Promise<{ name: string; bytes: Buffer }[]> {
  const files: { name: string; bytes: Buffer }[] = [];
  const form = new Busboy({ headers: { 'content-type': type } as BusboyHeaders });
  form.on('file', (field, stream, name = '') => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      if (field === 'files' && /\.(docx|odt)$/.test(name)) files.push({ name, bytes: Buffer.concat(chunks) });
    });
  });
  await new Promise((resolve, reject) => form.on('finish', resolve).on('error', reject).end(body));
  return files;
}

function linksAsPdf(docx: Buffer): string {
  const targets = new DocxReader(docx).links().map(({ target = '' }) => target.replaceAll('&amp;', '&'));
  const escaped = targets.map((target) => target.replace(/[\\()]/g, '\\$&'));
  return `%PDF-1.7\n${escaped.map((target) => `<</Type/Annot/A<</S/URI/URI(${target})>>>>`).join('\n')}\n%%EOF`;
}
