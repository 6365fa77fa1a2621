import { readFileSync } from 'node:fs';
import { type ChannelCredentials, credentials, experimental, ServerCredentials } from '@grpc/grpc-js';
import { InvalidConfigError } from '../env.js';
import { checkKeyPair, readCertificates, reasonOf } from './certificate-files.js';

/** How soon files that were replaced are used for new connections, ms. */
const REFRESH_MS = 10_000;

/** PEM files; see `serviceEnv`. */
export interface GrpcTlsSettings {
  GRPC_TLS_CERT?: string | undefined;
  GRPC_TLS_KEY?: string | undefined;
  GRPC_TLS_CA?: string | undefined;
  GRPC_TLS_CLIENT_AUTH?: 'none' | 'require';
}

type Identity = experimental.IdentityCertificateUpdate;
type Authorities = experimental.CaCertificateUpdate;

/**
 * TLS of a process's gRPC server and of its calls to others. As soon as one file is set everything that the process
 * does over gRPC is encrypted, or it does not start: nothing is ever sent in plain because a setting was forgotten.
 *
 * Files are read again every ten seconds; new connections use what they hold. Files that cannot be used (a
 * certificate without its key, halfway through a change) leave what was read before in place.
 */
export class GrpcTls implements experimental.CertificateProvider {
  private identity: Identity | undefined;
  private authorities: Authorities | undefined;
  private readonly identityListeners = new Set<experimental.IdentityCertificateUpdateListener>();
  private readonly caListeners = new Set<experimental.CaCertificateUpdateListener>();
  private timer: NodeJS.Timeout | undefined;
  /** Why the files as they are now cannot be used; undefined when they can. */
  private problem: string | undefined;

  private constructor(private readonly settings: GrpcTlsSettings) {}

  /** @throws InvalidConfigError naming the setting to mend. */
  static load(settings: GrpcTlsSettings): GrpcTls {
    const tls = new GrpcTls(settings);
    const { GRPC_TLS_CERT: cert, GRPC_TLS_KEY: key, GRPC_TLS_CA: ca } = settings;
    const problems: string[] = [];
    if (!cert !== !key) problems.push('GRPC_TLS_CERT and GRPC_TLS_KEY must be set together.');
    if (settings.GRPC_TLS_CLIENT_AUTH === 'require' && !(cert && ca)) {
      problems.push(
        'GRPC_TLS_CLIENT_AUTH is require: GRPC_TLS_CERT, GRPC_TLS_KEY and GRPC_TLS_CA must be set too.',
      );
    }
    if (problems.length === 0) {
      tls.refresh();
      if (tls.problem) problems.push(tls.problem);
    }
    if (problems.length > 0) throw new InvalidConfigError(problems);
    return tls;
  }

  get isOn(): boolean {
    return Boolean(this.settings.GRPC_TLS_CERT ?? this.settings.GRPC_TLS_CA);
  }

  /** @throws InvalidConfigError when TLS is on without a certificate to show. */
  serverCredentials(): ServerCredentials {
    if (!this.isOn) return ServerCredentials.createInsecure();
    if (!this.identity) {
      throw new InvalidConfigError([
        'GRPC_TLS_CA is set without GRPC_TLS_CERT and GRPC_TLS_KEY: this process has a gRPC port, which must not stay plain.',
      ]);
    }
    const isMutual = this.settings.GRPC_TLS_CLIENT_AUTH === 'require';
    // Identity first, whatever the names in grpc-js' declaration say.
    return experimental.createCertificateProviderServerCredentials(this, isMutual ? this : null, isMutual);
  }

  /** @throws InvalidConfigError when TLS is on and there is nothing to check other services against. */
  channelCredentials(): ChannelCredentials {
    if (!this.isOn) return credentials.createInsecure();
    if (!this.authorities) {
      throw new InvalidConfigError([
        'GRPC_TLS_CERT is set without GRPC_TLS_CA: this process calls other services, which must not happen in plain.',
      ]);
    }
    return experimental.createCertificateProviderChannelCredentials(this, this.identity ? this : null);
  }

  /** Throws while the files on disk cannot be used. */
  readonly checkHealth = (): void => {
    if (this.problem) throw new Error(this.problem);
  };

  /** Reads the files and tells who listens when they changed. */
  refresh(): void {
    const { GRPC_TLS_CERT: cert, GRPC_TLS_KEY: key, GRPC_TLS_CA: ca } = this.settings;
    try {
      const identity = cert && key ? readIdentity(cert, key) : undefined;
      const authorities = ca ? readAuthorities(ca) : undefined;
      this.problem = undefined;
      if (identity && !identity.certificate.equals(this.identity?.certificate ?? EMPTY)) {
        this.identity = identity;
        for (const listener of this.identityListeners) listener(identity);
      }
      if (authorities && !authorities.caCertificate.equals(this.authorities?.caCertificate ?? EMPTY)) {
        this.authorities = authorities;
        for (const listener of this.caListeners) listener(authorities);
      }
    } catch (error) {
      this.problem = reasonOf(error);
    }
  }

  addIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.identityListeners.add(listener);
    // Not at once: grpc-js counts on a listener being told after it has been added.
    process.nextTick(listener, this.identity ?? null);
    this.timer ??= setInterval(() => this.refresh(), REFRESH_MS).unref();
  }

  addCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.caListeners.add(listener);
    process.nextTick(listener, this.authorities ?? null);
    this.timer ??= setInterval(() => this.refresh(), REFRESH_MS).unref();
  }

  removeIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.identityListeners.delete(listener);
    this.stopWhenUnused();
  }

  removeCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.caListeners.delete(listener);
    this.stopWhenUnused();
  }

  private stopWhenUnused(): void {
    if (this.identityListeners.size + this.caListeners.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

const EMPTY = Buffer.alloc(0);

function readIdentity(certFile: string, keyFile: string): Identity {
  try {
    checkKeyPair(certFile, keyFile);
    return { certificate: readFileSync(certFile), privateKey: readFileSync(keyFile) };
  } catch (error) {
    throw new Error(`GRPC_TLS_CERT and GRPC_TLS_KEY cannot be used: ${reasonOf(error)}.`, { cause: error });
  }
}

function readAuthorities(file: string): Authorities {
  try {
    readCertificates(file);
    return { caCertificate: readFileSync(file) };
  } catch (error) {
    throw new Error(`GRPC_TLS_CA cannot be used: ${reasonOf(error)}.`, { cause: error });
  }
}
