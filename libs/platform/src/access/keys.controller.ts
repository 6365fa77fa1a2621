import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccessClock } from './access-clock.js';
import { type ApiKeyEntity, stateOf } from './api-key.entity.js';
import { ApiKeys } from './api-keys.service.js';
import {
  type ChangeKey,
  type CreateKey,
  changeKeySchema,
  createKeySchema,
  type ListKeys,
  listKeysSchema,
  type RotateKey,
  rotateKeySchema,
} from './keys.schemas.js';
import { Scopes } from './scopes.js';

/** Keys of callers. */
@ApiTags('access')
@Scopes('admin')
@Controller('api/keys')
export class KeysController {
  constructor(
    private readonly keys: ApiKeys,
    private readonly clock: AccessClock,
  ) {}

  @ApiOperation({
    summary: 'Makes a key, which is shown this once',
    description:
      'With user_id it sees and changes only what is that user’s, and may do all of it unless scopes say less. The first key must have the scope admin: from then on keys are asked for.',
  })
  @Header('Cache-Control', 'no-store')
  @Post()
  async create(@Body({ schema: createKeySchema }) body: CreateKey) {
    const { key, made } = await this.keys.create(body);
    return { ...this.show(made), key };
  }

  @ApiOperation({ summary: 'Lists keys, newest first, a page at a time, also those that are over' })
  @Get()
  async list(@Query({ schema: listKeysSchema }) query: ListKeys) {
    const found = await this.keys.list(query);
    return {
      keys: found.map((key) => this.show(key)),
      next_cursor: found.length === query.limit ? (found.at(-1)?.id ?? null) : null,
    };
  }

  @ApiOperation({ summary: 'One key, without what it is' })
  @Get(':id')
  async get(@Param('id') id: string) {
    return this.show(await this.keys.get(id));
  }

  @ApiOperation({ summary: 'Changes a key’s name, or when it ends; null: never' })
  @Patch(':id')
  async change(@Param('id') id: string, @Body({ schema: changeKeySchema }) body: ChangeKey) {
    return this.show(await this.keys.change(id, body));
  }

  @ApiOperation({ summary: 'Takes a key back for good; within seconds nobody gets in with it any more' })
  @Delete(':id')
  async revoke(@Param('id') id: string) {
    return this.show(await this.keys.revoke(id));
  }

  @ApiOperation({
    summary: 'Makes a key anew, shown this once; the one before it is taken too for overlap_hours',
    description:
      '24 hours, unless said otherwise; 0 ends it at once. Only one key before the present one is taken.',
  })
  @Header('Cache-Control', 'no-store')
  @HttpCode(200)
  @Post(':id/rotate')
  async rotate(@Param('id') id: string, @Body({ schema: rotateKeySchema }) { overlap_hours }: RotateKey) {
    const { key, made } = await this.keys.rotate(id, overlap_hours);
    return { ...this.show(made), key };
  }

  private show(key: ApiKeyEntity) {
    const { id, name, user_id, scopes, starts_with, created_at, created_by } = key;
    const { expires_at, last_used_at, revoked_at } = key;
    const now = new Date(this.clock.now());
    return {
      id,
      name,
      user_id,
      scopes,
      starts_with,
      state: stateOf(key, now),
      created_at,
      created_by,
      expires_at,
      last_used_at,
      revoked_at,
      /** The key before the last rotation, as long as it is taken. */
      previous:
        key.previous_expires_at && key.previous_expires_at > now
          ? { expires_at: key.previous_expires_at, last_used_at: key.previous_last_used_at }
          : null,
    };
  }
}
