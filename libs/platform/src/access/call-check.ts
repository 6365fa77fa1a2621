import { Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { type CallDescription, describeCalls } from './scopes.js';

/** Keeps a process from starting that has a call of which nobody said who may make it. */
@Injectable()
export class CallCheck implements OnModuleInit {
  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    const open = this.describe().filter(({ scope }) => scope === undefined);
    if (open.length === 0) return;
    const ids = open.map(({ id }) => id).join(', ');
    throw new Error(`Say who may call ${ids}: mark it or its controller with @Scopes() or @Public().`);
  }

  /** Every call of this process. */
  describe(): CallDescription[] {
    const controllers = this.discovery.getControllers().flatMap(({ metatype }) => metatype ?? []);
    return describeCalls(controllers as Type[]);
  }
}
