import type { QueueName } from '#contracts';
import { DeadLetterFile } from './dead-letter-file.js';
import type { DeadLetter, DeadLetters, RepublishOrder } from './dead-letters.js';

/**
 * The dead letters of a process without a broker, for the redrive command while that process is stopped (its caller
 * holds the data directory's lock). Republished ones are delivered when the process starts again.
 */
export class FileDeadLetters implements DeadLetters {
  constructor(private readonly dataDir: string) {}

  async count(queue: QueueName): Promise<number> {
    return (await this.fileOf(queue).read()).length;
  }

  async read(queue: QueueName, limit: number): Promise<DeadLetter[]> {
    return (await this.fileOf(queue).read()).slice(0, limit);
  }

  republish({ queue, limit }: RepublishOrder): Promise<number> {
    return this.fileOf(queue).redrive(limit);
  }

  erase(queue: QueueName, concerns: (event: string) => boolean): Promise<number> {
    return this.fileOf(queue).erase(concerns);
  }

  async close(): Promise<void> {}

  private fileOf(queue: QueueName): DeadLetterFile {
    return new DeadLetterFile(this.dataDir, queue);
  }
}
