import { type Client, credentials, Metadata, type ServiceDefinition, type ServiceError } from '@grpc/grpc-js';
import { analyticsV1, documentsV1, linksV1 } from '#contracts';
import type { Outcome } from './rest-table.js';
import type { World } from './world.js';

type Request = Record<string, unknown>;

interface GrpcRow {
  outcome: Exclude<Outcome, 'public'>;
  request: (of: World) => Request;
}

interface GrpcService {
  definition: ServiceDefinition;
  connect: (address: string) => Client;
  rows: Record<string, GrpcRow>;
}

const FILTER = { from: '', to: '', days: 30, timezone: '', classes: [], jobId: '', linkFunction: '' };
const page = { pageToken: '', pageSize: 0 };

/** Every gRPC call, as it is tried on another user's things. */
export const GRPC: Record<string, GrpcService> = {
  LinkService: {
    definition: linksV1.LinkServiceService,
    connect: (address) => new linksV1.LinkServiceClient(address, credentials.createInsecure()),
    rows: {
      mintLinks: {
        outcome: 'nothing',
        request: (of) => ({
          userId: of.user,
          links: [{ originalUrl: 'https://jordan-avery.example/', linkFunction: 'Portfolio', linkType: '' }],
        }),
      },
      resolveLink: { outcome: 'nothing', request: (of) => ({ trackingId: of.tracking }) },
      getLink: { outcome: 'nothing', request: (of) => ({ trackingId: of.tracking }) },
      deactivateLink: { outcome: 'nothing', request: (of) => ({ trackingId: of.tracking }) },
      reactivateLink: { outcome: 'nothing', request: (of) => ({ trackingId: of.tracking }) },
      listLinks: { outcome: 'own', request: (of) => ({ ...page, applicationId: of.application }) },
      watchLinks: { outcome: 'services', request: () => ({ afterRevision: 0 }) },
      exportCandidate: { outcome: 'services', request: (of) => ({ userId: of.user }) },
    },
  },
  DocumentService: {
    definition: documentsV1.DocumentServiceService,
    connect: (address) => new documentsV1.DocumentServiceClient(address, credentials.createInsecure()),
    rows: {
      renderResume: {
        outcome: 'nothing',
        request: (of) => ({ payload: JSON.stringify({ user_id: of.user, personal: { full_name: 'A' } }) }),
      },
      renderCoverLetter: {
        outcome: 'nothing',
        request: (of) => ({ payload: JSON.stringify({ user_id: of.user, personal: { full_name: 'A' } }) }),
      },
      getDocument: { outcome: 'nothing', request: (of) => ({ documentId: of.document }) },
      exportCandidate: { outcome: 'services', request: (of) => ({ userId: of.user }) },
    },
  },
  AnalyticsService: {
    definition: analyticsV1.AnalyticsServiceService,
    connect: (address) => new analyticsV1.AnalyticsServiceClient(address, credentials.createInsecure()),
    rows: {
      getLinkAnalytics: { outcome: 'nothing', request: (of) => ({ trackingId: of.tracking }) },
      getJobSummary: { outcome: 'own', request: (of) => ({ jobId: of.job }) },
      getApplicationSummary: { outcome: 'own', request: (of) => ({ applicationId: of.application }) },
      getReport: {
        outcome: 'nothing',
        request: (of) => ({ days: 30, filter: { ...FILTER, userId: of.user } }),
      },
    },
  },
};

export interface GrpcAnswer {
  /** gRPC status; 0: answered. */
  code: number;
  /** What was answered, or why not. */
  said: string;
}

/** One call, of one answer or of a stream of them. */
export function callGrpc(
  client: Client,
  { method, request, key }: { method: string; request: Request; key?: string | undefined },
): Promise<GrpcAnswer> {
  const metadata = new Metadata();
  if (key) metadata.set('x-api-key', key);
  const call = (client as unknown as Record<string, (...args: unknown[]) => unknown>)[method]?.bind(client);
  const isStream = /watchLinks|exportCandidate/.test(method);
  return new Promise((resolve) => {
    const fail = ({ code, details }: ServiceError) => resolve({ code, said: details });
    if (!isStream) {
      call?.(request, metadata, (error: ServiceError | null, answer: unknown) =>
        error ? fail(error) : resolve({ code: 0, said: JSON.stringify(answer) }),
      );
      return;
    }
    const stream = call?.(request, metadata) as NodeJS.ReadableStream;
    const said: unknown[] = [];
    stream.on('data', (message) => said.push(message));
    stream.on('error', (error) => fail(error as ServiceError));
    stream.on('end', () => resolve({ code: 0, said: JSON.stringify(said) }));
  });
}
