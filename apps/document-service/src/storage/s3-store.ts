import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { CodedError } from '#platform';
import type { DocumentServiceConfig } from '../config.js';
import type { DocumentStore, ListedFile, StoredFile } from './document-store.js';

type S3Config = Pick<DocumentServiceConfig, 'S3_ENDPOINT' | 'S3_BUCKET' | 'S3_REGION'>;
type Sdk = typeof import('@aws-sdk/client-s3');

/** The bucket cannot be reached or refuses us. */
export class StoreUnavailableError extends CodedError {
  constructor(cause: unknown) {
    const message = 'The document store cannot be used right now; try again in a moment.';
    super({ code: 'store_unavailable', kind: 'unavailable', message, retryAfterSeconds: 5, cause });
  }
}

/** Files in a bucket of an S3-compatible server, their keys behind a prefix. Credentials are the SDK's own matter. */
export class S3Store implements DocumentStore {
  private opened: Promise<{ sdk: Sdk; client: S3Client }> | undefined;

  constructor(
    private readonly config: S3Config,
    private readonly prefix: string,
  ) {}

  async write(key: string, bytes: Uint8Array): Promise<void> {
    await this.ask(({ sdk, client }) =>
      client.send(new sdk.PutObjectCommand({ ...this.objectOf(key), Body: bytes })),
    );
  }

  async find(key: string): Promise<StoredFile | undefined> {
    const found = await this.ask(({ sdk, client }) =>
      client.send(new sdk.GetObjectCommand(this.objectOf(key))).catch((error) => {
        if (error instanceof sdk.NoSuchKey) return undefined;
        throw error;
      }),
    );
    return found && { stream: found.Body as Readable, size: found.ContentLength ?? 0 };
  }

  async remove(key: string): Promise<void> {
    await this.ask(({ sdk, client }) => client.send(new sdk.DeleteObjectCommand(this.objectOf(key))));
  }

  async removeFolder(folder: string): Promise<void> {
    for await (const { key } of this.list(folder)) await this.remove(key);
  }

  async *list(folder = ''): AsyncGenerator<ListedFile> {
    let token: string | undefined;
    do {
      const page = await this.ask(({ sdk, client }) =>
        client.send(
          new sdk.ListObjectsV2Command({
            Bucket: this.config.S3_BUCKET,
            Prefix: this.prefix + folder,
            ContinuationToken: token,
          }),
        ),
      );
      for (const { Key = '', LastModified = new Date() } of page.Contents ?? []) {
        yield { key: Key.slice(this.prefix.length), writtenAt: LastModified };
      }
      token = page.NextContinuationToken;
    } while (token);
  }

  async close(): Promise<void> {
    const opened = await this.opened?.catch(() => undefined);
    opened?.client.destroy();
  }

  private objectOf(key: string) {
    return { Bucket: this.config.S3_BUCKET, Key: this.prefix + key };
  }

  private async ask<T>(question: (s3: { sdk: Sdk; client: S3Client }) => Promise<T>): Promise<T> {
    this.opened ??= this.open();
    try {
      return await question(await this.opened);
    } catch (error) {
      throw new StoreUnavailableError(error);
    }
  }

  /** Loaded on first use: whoever keeps documents on disk need not wait for it. */
  private async open() {
    const sdk = await import('@aws-sdk/client-s3');
    const client = new sdk.S3Client({
      region: this.config.S3_REGION,
      ...(this.config.S3_ENDPOINT && { endpoint: this.config.S3_ENDPOINT, forcePathStyle: true }),
      // Other servers than Amazon's know no trailing checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    return { sdk, client };
  }
}
