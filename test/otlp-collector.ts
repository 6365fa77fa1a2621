import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A span as OTLP's JSON has it, with its service. */
export interface ExportedSpan {
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  links?: { traceId: string; spanId: string }[];
}

interface ExportRequest {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Omit<ExportedSpan, 'service'>[] }[];
  }[];
}

/** Receives traces by OTLP/HTTP in JSON on loopback, as `OTEL_EXPORTER_OTLP_ENDPOINT` names it, and keeps them. */
export async function startCollector() {
  const spans: ExportedSpan[] = [];
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as ExportRequest;
    bodies.push(body);
    for (const { resource, scopeSpans } of body.resourceSpans) {
      const name = resource.attributes.find(({ key }) => key === 'service.name');
      const service = name?.value.stringValue ?? '?';
      spans.push(...scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, service }))));
    }
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    /** Everything that was exported, as text. */
    everything: () => JSON.stringify(bodies),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

/** A trace as a tree, a line a span: service, name, kind, how many spans it links to, and how long it took. */
export function printTrace(all: readonly ExportedSpan[], traceId: string): string {
  const trace = all
    .filter((span) => span.traceId === traceId)
    .sort((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)));
  const lines: [string, string][] = [];
  const print = (span: ExportedSpan, depth: number) => {
    const links = span.links?.length ? `, links: ${span.links.length}` : '';
    const ms = Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6;
    const what = `${'  '.repeat(depth)}${span.service}: ${span.name} (${KINDS[span.kind]}${links})`;
    lines.push([what, `${ms.toFixed(1)} ms`]);
    for (const child of trace) if (child.parentSpanId === span.spanId) print(child, depth + 1);
  };
  for (const span of trace) if (!span.parentSpanId) print(span, 0);
  const width = Math.max(...lines.map(([what]) => what.length));
  return lines.map(([what, took]) => `${what.padEnd(width)}  ${took.padStart(9)}`).join('\n');
}
