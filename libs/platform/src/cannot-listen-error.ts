/** A port that cannot be listened on. The message says why and which variable to change. */
export class CannotListenError extends Error {
  readonly code = 'cannot_listen';
  override readonly name = 'CannotListenError';
}

export interface ListenAttempt {
  host: string;
  port: number;
  /** The variable that chose the port. */
  variable: 'PORT' | 'GRPC_PORT';
}

/** Runs `listen`; a port that is taken, forbidden or not of this machine rejects with {@link CannotListenError}. */
export async function listenOr(
  { host, port, variable }: ListenAttempt,
  listen: () => Promise<unknown>,
): Promise<void> {
  try {
    await listen();
  } catch (cause) {
    // grpc-js reports the system's error only as part of its message.
    const [code] = /EADDRINUSE|EACCES|EADDRNOTAVAIL/.exec(String(cause)) ?? [];
    if (code === 'EADDRINUSE') {
      throw new CannotListenError(
        `Port ${port} on ${host} is in use: stop the program that uses it, or choose another with ${variable}.`,
        { cause },
      );
    }
    if (code === 'EACCES') {
      throw new CannotListenError(
        `Port ${port} may not be used by this account: choose one above 1023 with ${variable}.`,
        { cause },
      );
    }
    if (code === 'EADDRNOTAVAIL') {
      throw new CannotListenError(`HOST is ${host}, which is no address of this machine.`, { cause });
    }
    throw cause;
  }
}
