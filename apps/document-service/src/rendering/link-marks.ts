import { randomBytes } from 'node:crypto';

/** The variables that become links, in the order that answers list them. */
export const LINK_VARIABLES = ['calendly_url', 'linkedin_url', 'portfolio_url'] as const;
export type LinkVariable = (typeof LINK_VARIABLES)[number];

export function isLinkVariable(name: string | undefined): name is LinkVariable {
  return LINK_VARIABLES.some((variable) => variable === name);
}

/** A link tag as it was met in the text. */
export interface LinkTag {
  variable: LinkVariable;
  label?: string;
}

/** A link tag found in rendered text: `start` and `end` are offsets of its mark. */
export interface FoundMark extends LinkTag {
  start: number;
  end: number;
}

/**
 * Stands in for link tags between filling in the template and writing the hyperlinks.
 *
 * A link cannot be written while text is filled in: whether it is one depends on the paragraph around it. So the
 * text gets a mark of private-use characters around a random number of this render. Data cannot forge one.
 */
export class LinkMarks {
  private readonly tags: LinkTag[] = [];
  private readonly nonce = randomBytes(6).toString('hex');
  private readonly pattern = new RegExp(`\uE000${this.nonce}:(\\d+)\uE001`, 'g');

  /** The text to put in place of a link tag. */
  mark(tag: LinkTag): string {
    this.tags.push(tag);
    return `\uE000${this.nonce}:${this.tags.length - 1}\uE001`;
  }

  isIn(text: string): boolean {
    return text.includes(`\uE000${this.nonce}:`);
  }

  find(text: string): FoundMark[] {
    return [...text.matchAll(this.pattern)].flatMap((match) => {
      const tag = this.tags[Number(match[1])];
      return tag ? [{ ...tag, start: match.index, end: match.index + match[0].length }] : [];
    });
  }

  /** Puts plain text in place of marks, for places that hold text but no hyperlinks. */
  replace(text: string, replacement: (tag: LinkTag) => string): string {
    return text.replace(this.pattern, (_, index) => {
      const tag = this.tags[Number(index)];
      return tag ? replacement(tag) : '';
    });
  }
}
