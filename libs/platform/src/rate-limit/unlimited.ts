import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

const IS_UNLIMITED = 'footfall:is-unlimited';

/** Marks a controller whose calls are never limited: those of probes and scrapers. */
export const Unlimited = () => SetMetadata(IS_UNLIMITED, true);

export function isUnlimited(context: ExecutionContext): boolean {
  return new Reflector().get<boolean>(IS_UNLIMITED, context.getClass()) ?? false;
}
