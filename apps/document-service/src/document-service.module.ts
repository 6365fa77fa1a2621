import { type DynamicModule, Module } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DOCUMENT_RECORDS } from '#contracts';
import { DatabaseModule } from '#platform';
import { Candidate } from './candidates/candidate.entity.js';
import { CandidatesController } from './candidates/candidates.controller.js';
import { CandidatesService } from './candidates/candidates.service.js';
import { DocumentOwners } from './candidates/document-owners.service.js';
import { DOCUMENT_SERVICE_CONFIG, DOCUMENTS_DATA_SOURCE, type DocumentServiceConfig } from './config.js';
import { DocumentEntity } from './documents/document.entity.js';
import { DocumentArchive } from './documents/document-archive.service.js';
import { DocumentCleanup } from './documents/document-cleanup.service.js';
import { DocumentEvents } from './documents/document-events.service.js';
import { DocumentFiles } from './documents/document-files.service.js';
import { DocumentMetrics } from './documents/document-metrics.service.js';
import { DocumentPdfs } from './documents/document-pdfs.service.js';
import { DocumentRenderer } from './documents/document-renderer.service.js';
import { DocumentsController } from './documents/documents.controller.js';
import { DocumentsService } from './documents/documents.service.js';
import { DocumentsGrpcController } from './documents/documents-grpc.controller.js';
import { CreateDocuments1763800000000 } from './migrations/1763800000000-create-documents.js';
import { CreateDocumentRequests1763805600000 } from './migrations/1763805600000-create-document-requests.js';
import { CreateTemplates1763809200000 } from './migrations/1763809200000-create-templates.js';
import { AnnounceCandidateUrls1763812000000 } from './migrations/1763812000000-announce-candidate-urls.js';
import { IndexDocumentsByAge1763815600000 } from './migrations/1763815600000-index-documents-by-age.js';
import { EraseDocuments1763820000000 } from './migrations/1763820000000-erase-documents.js';
import { OwnTemplates1763823600000 } from './migrations/1763823600000-own-templates.js';
import { PdfConverter } from './pdf/pdf-converter.service.js';
import { DocumentEraser } from './privacy/document-eraser.service.js';
import { DocumentRecords, DocumentRecordsController } from './privacy/document-records.controller.js';
import { TemplateProcesses } from './templates/isolation/template-processes.service.js';
import { TemplateDefaultEntity, TemplateEntity, TemplateVersionEntity } from './templates/template.entity.js';
import { TemplateCatalog } from './templates/template-catalog.service.js';
import { TemplateDefaultsService } from './templates/template-defaults.service.js';
import { TemplatesController } from './templates/templates.controller.js';
import { TemplatesService } from './templates/templates.service.js';
import { LinkTrackingService } from './tracking/link-tracking.service.js';

/**
 * Document-service, alone or inside another process. Needs EVENT_BUS and LINK_CLIENT from global modules of that
 * process. Exports DOCUMENT_RECORDS and is global for it.
 */
@Module({})
export class DocumentServiceModule {
  static register(config: DocumentServiceConfig): DynamicModule {
    return {
      module: DocumentServiceModule,
      global: true,
      imports: [
        DatabaseModule.register({
          token: DOCUMENTS_DATA_SOURCE,
          url: config.DATABASE_URL,
          migrateAtStart: config.MIGRATE_AT_START,
          schema: 'documents',
          entities: [Candidate, DocumentEntity, TemplateEntity, TemplateVersionEntity, TemplateDefaultEntity],
          migrations: [
            CreateDocuments1763800000000,
            CreateDocumentRequests1763805600000,
            CreateTemplates1763809200000,
            AnnounceCandidateUrls1763812000000,
            IndexDocumentsByAge1763815600000,
            EraseDocuments1763820000000,
            OwnTemplates1763823600000,
          ],
        }),
      ],
      controllers: [
        CandidatesController,
        DocumentsController,
        DocumentsGrpcController,
        TemplatesController,
        DocumentRecordsController,
      ],
      providers: [
        { provide: DOCUMENT_SERVICE_CONFIG, useValue: config },
        CandidatesService,
        DocumentOwners,
        DocumentRenderer,
        DocumentMetrics,
        DocumentArchive,
        DocumentEraser,
        { provide: DOCUMENT_RECORDS, useClass: DocumentRecords },
        DocumentCleanup,
        DocumentEvents,
        DocumentFiles,
        DocumentPdfs,
        DocumentsService,
        LinkTrackingService,
        PdfConverter,
        TemplateCatalog,
        TemplateDefaultsService,
        TemplatesService,
        {
          provide: TemplateProcesses,
          inject: [PinoLogger],
          useFactory: (logger: PinoLogger) => new TemplateProcesses(logger),
        },
      ],
      exports: [DOCUMENT_RECORDS],
    };
  }
}
