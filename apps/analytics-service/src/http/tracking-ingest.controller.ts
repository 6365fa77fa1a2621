import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { CodedError, Scopes } from '#platform';
import { cleanText } from '../ingest/text-column.js';
import { ClickReports, type RecordedClick } from './click-reports.js';
import { reportedClickSchema } from './reported-click.js';

const MAX_EVENTS = 1_000;

const batchSchema = z.object({
  events: z
    .array(z.unknown(), 'must be a list of events')
    .min(1, 'must hold at least one event')
    .max(MAX_EVENTS, `must hold at most ${MAX_EVENTS} events`),
});

const eventSchema = reportedClickSchema.extend({
  event_id: z
    .union([z.string().min(1).max(255), z.int()], { error: 'must be text of 1 to 255 characters' })
    .transform((id) => cleanText(String(id)))
    .nullish(),
});

type BatchEvent = z.output<typeof eventSchema>;

interface Failure {
  /** Place in the request's `events`. */
  index: number;
  event_id?: string;
  error: string;
  code: string;
  details: readonly unknown[];
}

/** Clicks of outside redirectors, many at once. */
@ApiTags('clicks')
@Scopes('analytics:write')
@Controller('api/tracking-ingest')
export class TrackingIngestController {
  constructor(private readonly reports: ClickReports) {}

  @ApiOperation({ summary: 'Reports many clicks at once; an event_id makes sending one again harmless' })
  @ApiResponse({ status: 200, description: 'Every event is stored.' })
  @ApiResponse({
    status: 207,
    description: '`errors` says which events are not stored and why; mend only those.',
  })
  @Post('batch')
  @HttpCode(200)
  async ingest(
    @Body({ schema: batchSchema }) { events }: z.output<typeof batchSchema>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const parsed = events.map(parseEvent);
    const valid = parsed.filter((event): event is BatchEvent => !(event instanceof CodedError));
    const recorded = await this.reports.record(
      valid.map(({ event_id, ...click }) => ({ click, eventId: event_id ? `event:${event_id}` : undefined })),
    );
    const outcomeOf = new Map(valid.map((event, index) => [event, recorded[index]]));
    const outcomes = parsed.map((event) => (event instanceof CodedError ? event : outcomeOf.get(event)));
    const errors = outcomes.flatMap((outcome, index) => toFailure(outcome, { index, event: events[index] }));
    reply.status(errors.length === 0 ? 200 : 207);
    return {
      success: errors.length === 0,
      message: `${events.length - errors.length} of ${events.length} events stored`,
      results: {
        total_events: events.length,
        successful: events.length - errors.length,
        failed: errors.length,
        errors,
      },
      timestamp: new Date().toISOString(),
    };
  }
}

function parseEvent(event: unknown): BatchEvent | CodedError {
  const result = eventSchema.safeParse(event);
  if (result.success) return result.data;
  const details = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const [first] = details;
  return new CodedError({
    code: 'invalid_event',
    kind: 'invalid',
    message: first?.path ? `${first.path}: ${first.message}` : 'The event must be an object.',
    details,
  });
}

function toFailure(
  outcome: RecordedClick | CodedError | undefined,
  { index, event }: { index: number; event: unknown },
): Failure[] {
  if (!(outcome instanceof CodedError)) return [];
  const { message: error, code, details } = outcome;
  return [{ index, event_id: readEventId(event), error, code, details }];
}

function readEventId(event: unknown): string | undefined {
  if (typeof event !== 'object' || event === null || !('event_id' in event)) return undefined;
  return typeof event.event_id === 'string' ? event.event_id.slice(0, 255) : undefined;
}
