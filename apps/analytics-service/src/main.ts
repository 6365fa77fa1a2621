import 'reflect-metadata';
import {
  analyticsV1,
  DOCUMENT_RECORDS,
  GrpcCandidateRecords,
  GrpcLinkClient,
  LINK_CLIENT,
  LINK_RECORDS,
} from '#contracts';
import { EventsModule } from '#events';
import { GrpcTls, globalValue, Metrics, parseEnv, runProgram } from '#platform';
import { AnalyticsServiceModule } from './analytics-service.module.js';
import { analyticsServiceEnv } from './config.js';

await runProgram('analytics-service', (env) => {
  const config = parseEnv(analyticsServiceEnv, env);
  const grpcTls = GrpcTls.load(config);
  const credentials = grpcTls.channelCredentials();
  const linkService = {
    address: config.LINK_SERVICE_URL,
    apiKey: config.LINK_SERVICE_API_KEY,
    credentials,
  };
  const links = new GrpcLinkClient(linkService);
  const linkRecords = new GrpcCandidateRecords('links', linkService);
  const documentRecords = new GrpcCandidateRecords('documents', {
    address: config.DOCUMENT_SERVICE_URL,
    apiKey: config.DOCUMENT_SERVICE_API_KEY,
    credentials,
  });
  return {
    name: 'analytics-service',
    config,
    grpcTls,
    imports: [
      EventsModule.rabbitmq({ url: config.AMQP_URL, name: 'analytics-service', metrics: Metrics }),
      globalValue({ token: LINK_CLIENT, value: links, close: () => links.close() }),
      globalValue({ token: LINK_RECORDS, value: linkRecords, close: () => linkRecords.close() }),
      globalValue({ token: DOCUMENT_RECORDS, value: documentRecords, close: () => documentRecords.close() }),
      AnalyticsServiceModule.register(config),
    ],
    grpc: { 'footfall.analytics.v1': { AnalyticsService: analyticsV1.AnalyticsServiceService } },
  };
});
