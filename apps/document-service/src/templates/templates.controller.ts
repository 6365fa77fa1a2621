import type { Readable } from 'node:stream';
import { Body, Controller, Delete, Get, Param, Post, Put, Query, Req, StreamableFile } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CodedError, Scopes, UserScoped } from '#platform';
import { candidateParams } from '../candidates/candidate-request.js';
import { DOCUMENT_KINDS } from '../documents/document.entity.js';
import { CONTENT_TYPES, DOCX_FILE } from '../documents/document-files.service.js';
import { LINK_TEXTS } from '../requests/fields.js';
import { contentDisposition } from '../storage/file-name.js';
import { isLook } from './built-in-templates.js';
import { describeLook, describeTemplate, LOOK_SUMMARIES, summarize } from './template-answer.js';
import { TemplateCatalog } from './template-catalog.service.js';
import {
  type TemplateDefaults,
  TemplateDefaultsService,
  templateDefaultsSchema,
} from './template-defaults.service.js';
import { readUpload } from './template-upload.js';
import { TemplatesService } from './templates.service.js';

type CandidateParams = z.output<typeof candidateParams>;

const fileQuery = z.object({ kind: z.enum(DOCUMENT_KINDS).optional() });

const MULTIPART = 'multipart/form-data';
const UPLOAD_FORM = {
  type: 'object',
  required: ['file'],
  properties: {
    file: { type: 'string', format: 'binary', description: 'a .docx of at most 5 MB' },
    name: { type: 'string', description: 'default: the name of the file' },
    kind: { enum: [...DOCUMENT_KINDS], description: 'absent: for both' },
    older_tags: { type: 'boolean', description: 'true: <<name>> is a tag too' },
    link_text: { enum: [...LINK_TEXTS], description: 'what its links show where it gives no label' },
    user_id: { type: 'string', description: 'whose template it is' },
  },
};

@ApiTags('templates')
@UserScoped()
@Scopes('documents:write')
@Controller()
export class TemplatesController {
  constructor(
    private readonly templates: TemplatesService,
    private readonly catalog: TemplateCatalog,
    private readonly defaults: TemplateDefaultsService,
    { httpAdapter }: HttpAdapterHost,
  ) {
    acceptMultipart(httpAdapter.getInstance<FastifyInstance>());
  }

  @ApiOperation({ summary: 'Takes a Word document as a template, and says what is in it' })
  @Post('templates')
  @ApiConsumes(MULTIPART)
  @ApiBody({ schema: UPLOAD_FORM })
  async upload(@Req() request: FastifyRequest) {
    const { body, headers } = request;
    if (!headers['content-type']?.startsWith(MULTIPART)) throw new MultipartExpectedError();
    return describeTemplate(await this.templates.upload(await readUpload(body as Readable, headers)));
  }

  @ApiOperation({ summary: 'Lists templates, built-in ones first' })
  @Get('templates')
  async list() {
    const uploaded = await this.templates.list();
    return { success: true, templates: [...LOOK_SUMMARIES, ...uploaded.map(summarize)] };
  }

  @ApiOperation({ summary: 'A template, its tags and warnings' })
  @Get('templates/:id')
  async get(@Param('id') id: string) {
    if (!isLook(id)) return describeTemplate(await this.templates.get(id));
    return describeLook(
      id,
      DOCUMENT_KINDS.map((kind) => this.catalog.getBuiltIn(kind, id)),
    );
  }

  @ApiOperation({ summary: 'The template’s Word document' })
  @ApiResponse({ status: 200, content: DOCX_FILE })
  @Get('templates/:id/file')
  async download(
    @Param('id') templateId: string,
    @Query({ schema: fileQuery }) { kind }: z.output<typeof fileQuery>,
  ) {
    const { name, bytes } = await this.catalog.getAny(templateId, kind);
    return new StreamableFile(bytes, {
      type: CONTENT_TYPES.docx,
      disposition: contentDisposition(`${name}.docx`),
      length: bytes.length,
    });
  }

  @ApiOperation({ summary: 'Deletes an uploaded template; documents made of it stay' })
  @Delete('templates/:id')
  async delete(@Param('id') id: string) {
    await this.templates.delete(id);
    return { success: true, message: 'Template deleted', template_id: id };
  }

  @ApiOperation({ summary: 'Which templates a candidate’s documents take' })
  @Get('api/candidates/:user_id/templates')
  async getDefaults(@Param({ schema: candidateParams }) { user_id }: CandidateParams) {
    return { user_id, ...(await this.defaults.get(user_id)) };
  }

  @ApiOperation({ summary: 'Sets which templates a candidate’s documents take' })
  @Put('api/candidates/:user_id/templates')
  async putDefaults(
    @Param({ schema: candidateParams }) { user_id }: CandidateParams,
    @Body({ schema: templateDefaultsSchema }) chosen: TemplateDefaults,
  ) {
    return { user_id, ...(await this.defaults.put(user_id, chosen)) };
  }
}

class MultipartExpectedError extends CodedError {
  constructor() {
    const message = 'Invalid content type - multipart/form-data with a field "file" expected';
    super({ code: 'invalid_content_type', kind: 'invalid', message });
  }
}

/** Hands a multipart body on unread, on the one route that takes it; everywhere else it stays refused. */
function acceptMultipart(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(MULTIPART, (request: FastifyRequest, body: Readable, done) => {
    if (request.routeOptions.url === '/templates') return done(null, body);
    const refusal = new Error('JSON expected');
    done(Object.assign(refusal, { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE', statusCode: 415 }));
  });
}
