import 'reflect-metadata';
import { documentsV1, GrpcLinkClient, LINK_CLIENT } from '#contracts';
import { EventsModule } from '#events';
import { GrpcTls, globalValue, Metrics, parseEnv, runProgram } from '#platform';
import { documentServiceProcessEnv } from './config.js';
import { DocumentServiceModule } from './document-service.module.js';

await runProgram('document-service', (env) => {
  const config = parseEnv(documentServiceProcessEnv, env);
  const grpcTls = GrpcTls.load(config);
  const links = new GrpcLinkClient({
    address: config.LINK_SERVICE_URL,
    apiKey: config.LINK_SERVICE_API_KEY,
    credentials: grpcTls.channelCredentials(),
  });
  return {
    name: 'document-service',
    config,
    grpcTls,
    imports: [
      EventsModule.rabbitmq({ url: config.AMQP_URL, name: 'document-service', metrics: Metrics }),
      globalValue({ token: LINK_CLIENT, value: links, close: () => links.close() }),
      DocumentServiceModule.register(config),
    ],
    grpc: { 'footfall.documents.v1': { DocumentService: documentsV1.DocumentServiceService } },
  };
});
