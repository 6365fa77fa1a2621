import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { describeErrors } from './openapi-errors.js';

/** Serves the OpenAPI description of every REST call of this process: for people at /api/docs, as JSON beside it. */
export function serveOpenApi(app: NestFastifyApplication, name: string): void {
  const description = new DocumentBuilder()
    .setTitle(`Footfall: ${name}`)
    .setDescription('Tracked links inside job-application documents.')
    .setVersion('0.1.0')
    .addBearerAuth()
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, 'api-key')
    .build();
  SwaggerModule.setup('api/docs', app, () => describeErrors(SwaggerModule.createDocument(app, description)), {
    jsonDocumentUrl: 'api/openapi.json',
    customSiteTitle: 'Footfall API',
  });
}
