/** The journal cannot take the record now; the click is unjournaled. `message` says why. */
export class JournalUnavailableError extends Error {
  readonly code: string = 'journal_unavailable';
  override readonly name: string = 'JournalUnavailableError';
}

/** Unconfirmed clicks have reached JOURNAL_MAX_BYTES: handled like a full disk until the relay catches up. */
export class JournalFullError extends JournalUnavailableError {
  override readonly code = 'journal_full';
  override readonly name = 'JournalFullError';
}
