import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { CallDescription } from './access/scopes.js';
import { describeAccess } from './openapi-access.js';
import { describeAnswers } from './openapi-answers.js';
import { describeErrors } from './openapi-errors.js';

/** Serves the OpenAPI description of every REST call of this process: for people at /api/docs, as JSON beside it. */
export function serveOpenApi(
  app: NestFastifyApplication,
  { name, calls }: { name: string; calls: readonly CallDescription[] },
): void {
  const description = new DocumentBuilder()
    .setTitle(`Footfall: ${name}`)
    .setDescription('Tracked links inside job-application documents.')
    .setVersion('0.1.0')
    .build();
  const describe = () =>
    describeErrors(describeAccess(describeAnswers(SwaggerModule.createDocument(app, description)), calls));
  SwaggerModule.setup('api/docs', app, describe, {
    jsonDocumentUrl: 'api/openapi.json',
    customSiteTitle: 'Footfall API',
  });
}
