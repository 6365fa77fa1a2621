/** Something the author or caller should know about a document that was made all the same. */
export interface DocumentWarning {
  code: string;
  message: string;
  [fact: string]: unknown;
}

/** Collects warnings, each once. */
export class Warnings {
  private readonly byKey = new Map<string, DocumentWarning>();

  add(warning: DocumentWarning): void {
    this.byKey.set(JSON.stringify(warning), warning);
  }

  list(): DocumentWarning[] {
    return [...this.byKey.values()];
  }
}
