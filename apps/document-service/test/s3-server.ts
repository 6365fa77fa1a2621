import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';

/** As much of S3 as the store needs, in memory on the loopback: objects of any bucket, lists two at a time. */
export class S3Server {
  readonly objects = new Map<string, { bytes: Buffer; writtenAt: Date }>();
  /** Answers everything with 503 while true. */
  isAway = false;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<S3Server> {
    // Longer than a test: who closes connections is the client.
    const server = createServer({ keepAliveTimeout: 60_000 });
    const s3 = new S3Server(server);
    server.on('request', async (request, response) => {
      const url = new URL(request.url ?? '', 'http://s3');
      const path = decodeURIComponent(url.pathname);
      if (s3.isAway) return response.writeHead(503).end();
      if (url.searchParams.has('list-type')) return response.end(s3.list(path, url.searchParams));
      if (request.method === 'PUT') {
        s3.objects.set(path, { bytes: await buffer(request), writtenAt: new Date() });
        return response.end();
      }
      if (request.method === 'DELETE') {
        s3.objects.delete(path);
        return response.writeHead(204).end();
      }
      const object = s3.objects.get(path);
      if (object) return response.end(object.bytes);
      return response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return s3;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Connections that clients hold open. */
  connections(): Promise<number> {
    return promisify(this.server.getConnections.bind(this.server))();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private list(path: string, query: URLSearchParams): string {
    const bucket = `${path.replace(/\/$/, '')}/`;
    const prefix = bucket + (query.get('prefix') ?? '');
    // A token says after which key to go on, as S3's do: what is deleted meanwhile moves nothing out of sight.
    const after = query.get('continuation-token') ?? '';
    const found = [...this.objects].filter(([key]) => key.startsWith(prefix) && key > after).sort();
    const page = found.slice(0, 2);
    const contents = page.map(
      ([key, { writtenAt }]) =>
        `<Contents><Key>${key.slice(bucket.length)}</Key><LastModified>${writtenAt.toISOString()}</LastModified></Contents>`,
    );
    const next =
      found.length > page.length ? `<NextContinuationToken>${page.at(-1)?.[0]}</NextContinuationToken>` : '';
    return `<?xml version="1.0"?><ListBucketResult>${contents.join('')}${next}</ListBucketResult>`;
  }
}
