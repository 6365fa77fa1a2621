import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

/** Where the build puts it. */
const FOLDER = join(import.meta.dirname, '../../../dashboard');
const YEAR_MS = 31_536_000_000;

/** Scripts come from files of this site only; styles also from the page itself, where they carry its nonce. */
const policy = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Serves the dashboard at `/`, its pages below `/app/` and its files, which never change under one name, for good. */
@Module({})
export class DashboardModule {
  constructor({ httpAdapter }: HttpAdapterHost) {
    const fastify = httpAdapter.getInstance<FastifyInstance>();
    const page = readFileSync(join(FOLDER, 'index.html'), 'utf8');
    for (const path of ['/', '/app', '/app/*']) {
      fastify.get(path, (_, reply) => {
        const nonce = randomBytes(16).toString('hex');
        return reply
          .header('content-type', 'text/html; charset=utf-8')
          .header('content-security-policy', policy(nonce))
          .header('cache-control', 'no-cache')
          .header('referrer-policy', 'no-referrer')
          .header('x-content-type-options', 'nosniff')
          .send(page.replace('STYLE_NONCE', nonce));
      });
    }
    void fastify.register(fastifyStatic, {
      root: join(FOLDER, 'assets'),
      prefix: '/assets/',
      preCompressed: true,
      immutable: true,
      maxAge: YEAR_MS,
      decorateReply: false,
    });
  }
}
