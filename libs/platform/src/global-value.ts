import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';

/** A value that every module of the process may inject, and how to let go of it last. */
export interface GlobalValue {
  token: symbol;
  value: unknown;
  close?(): void;
}

/** Offers one value of the composition root's choice, such as a client of another service, to all modules. */
export function globalValue({ token, value, close }: GlobalValue): DynamicModule {
  @Module({})
  class GlobalValueModule implements OnApplicationShutdown {
    onApplicationShutdown(): void {
      close?.();
    }
  }
  return {
    module: GlobalValueModule,
    global: true,
    providers: [{ provide: token, useValue: value }],
    exports: [token],
  };
}
