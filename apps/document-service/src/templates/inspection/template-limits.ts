/** What a template may cost. A document of ten pages with a photograph stays a factor of ten below each. */
export interface TemplateLimits {
  /** The file as it is uploaded. */
  fileBytes: number;
  /** Files inside it. */
  entries: number;
  /** All of them unpacked. */
  inflatedBytes: number;
  /** One XML part unpacked. */
  xmlPartBytes: number;
  /** Unpacked size against the file's. Deflate reaches 1032; real documents stay below 30. */
  inflationRatio: number;
  /** Elements within elements; Word itself stays below 100. */
  xmlDepth: number;
  tags: number;
  /** Sections within sections. */
  sectionDepth: number;
}

export const TEMPLATE_LIMITS: Readonly<TemplateLimits> = {
  fileBytes: 5_000_000,
  entries: 500,
  inflatedBytes: 30_000_000,
  xmlPartBytes: 5_000_000,
  inflationRatio: 200,
  xmlDepth: 250,
  tags: 2_000,
  sectionDepth: 3,
};
