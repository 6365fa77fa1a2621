import { Body, Controller, Delete, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { EVERY_OWNER, isCallerReference, OWN_CLICK_COOKIE } from '#contracts';
import { currentUserId, NotYourUserError, Scopes, UserScoped } from '#platform';

/** Browsers keep no cookie longer: 400 days. */
const MAX_AGE_SECONDS = 400 * 86_400;

const REFERENCE = 'must be 1 to 100 characters of letters, digits, ".", "_", ":" and "-"';
/** Nothing at all is fine too: the links of every user, or those of the key's. */
const ownClicksSchema = z
  .strictObject({ user_id: z.string(REFERENCE).refine(isCallerReference, REFERENCE).nullish() })
  .nullish();

/**
 * "This is me": from then on clicks of this browser on tracked links of the same host are the owner's own. To be called
 * by a page on that host. Lax, because a link in a document arrives as a top-level navigation.
 */
@ApiTags('own clicks')
@UserScoped()
@Scopes('analytics:read')
@Controller('api/own-clicks')
export class OwnClicksController {
  @ApiOperation({ summary: 'Sets the cookie by which this browser’s clicks are the owner’s own' })
  @Post()
  @HttpCode(200)
  begin(
    @Body({ schema: ownClicksSchema }) body: z.output<typeof ownClicksSchema>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const owner = currentUserId();
    if (owner !== undefined && (body?.user_id ?? owner) !== owner) throw new NotYourUserError();
    const userId = owner ?? body?.user_id ?? undefined;
    setCookie(reply, userId ?? EVERY_OWNER, MAX_AGE_SECONDS);
    return { own_clicks: true, user_id: userId ?? null };
  }

  @ApiOperation({ summary: 'Removes the cookie' })
  @Delete()
  end(@Res({ passthrough: true }) reply: FastifyReply) {
    setCookie(reply, '', 0);
    return { own_clicks: false };
  }
}

function setCookie(reply: FastifyReply, value: string, maxAgeSeconds: number): void {
  reply.header(
    'Set-Cookie',
    `${OWN_CLICK_COOKIE}=${value}; Path=/track; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`,
  );
}
