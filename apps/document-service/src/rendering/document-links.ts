import type { LinkVariable } from './link-marks.js';

/** What a link variable leads to in one document. */
export interface DocumentLink {
  /** Where the hyperlink points: the tracked URL, or the original one. */
  url: string;
  /** The text shown where the template gives no label. */
  text: string;
}

/** The links of one render and how often each was placed. */
export class DocumentLinks {
  private readonly counts = new Map<LinkVariable, number>();

  constructor(private readonly byVariable: Partial<Record<LinkVariable, DocumentLink>>) {}

  find(variable: LinkVariable): DocumentLink | undefined {
    return this.byVariable[variable];
  }

  isConfigured(variable: LinkVariable): boolean {
    return this.byVariable[variable] !== undefined;
  }

  countPlacement(variable: LinkVariable, times = 1): void {
    this.counts.set(variable, (this.counts.get(variable) ?? 0) + times);
  }

  /** Places where a reader can follow the link. */
  placementsOf(variable: LinkVariable): number {
    return this.counts.get(variable) ?? 0;
  }
}
