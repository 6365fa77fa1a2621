import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync } from 'node:fs';
import type { Image } from './image-walk.js';
import { runInside, type SandboxOptions, startInside } from './sandbox.js';

export interface ContainerOptions {
  env: Record<string, string>;
  /** Shown as /run/secrets. */
  secrets: string;
  /** Keeps what the image's volume holds. */
  volume: string;
}

/** An image at work as the orchestrator would run it: read-only, under its own account, without any privilege. */
export class Container {
  private readonly child: ChildProcess;
  private written = '';

  private constructor(
    private readonly options: SandboxOptions,
    private readonly image: Image,
  ) {
    this.child = startInside(options, [...image.entrypoint, ...image.command]);
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (chunk) => (this.written += chunk));
  }

  static start(image: Image, options: ContainerOptions): Container {
    return new Container(inside(image, options), image);
  }

  /** Runs an image's program with arguments to its end. */
  static run(image: Image, options: ContainerOptions, args: readonly string[]) {
    return runInside(inside(image, options), [...image.entrypoint, ...args]);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get output(): string {
    return this.written;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** As the image's own HEALTHCHECK finds it. */
  isHealthy(): boolean {
    return this.run(this.image.healthcheck).status === 0;
  }

  /** Another command in the same surroundings. */
  run(command: readonly string[]) {
    return runInside(this.options, command);
  }

  async stop(): Promise<number | null> {
    if (!this.hasEnded) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
    return this.child.exitCode;
  }
}

function inside(image: Image, { env, secrets, volume }: ContainerOptions): SandboxOptions {
  const uid = Number(image.user.split(':')[0]);
  mkdirSync(volume, { recursive: true });
  chownSync(volume, uid, uid);
  return {
    root: image.root,
    env: { ...image.env, ...env },
    workdir: image.workdir,
    uid,
    isReadOnly: true,
    mounts: [
      { source: secrets, target: '/run/secrets', readOnly: true },
      ...image.volumes.map((target) => ({ source: volume, target })),
    ],
  };
}
