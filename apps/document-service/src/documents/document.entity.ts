import { Column, Entity, PrimaryColumn } from 'typeorm';

export const DOCUMENT_KINDS = ['resume', 'cover_letter'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

const nullable = { type: 'text', nullable: true } as const;

/** A document that was made. Its bytes lie in the store under `storage_key`. */
@Entity({ name: 'documents' })
export class DocumentEntity {
  @PrimaryColumn('uuid') document_id: string = '';
  @Column('text') user_id: string = '';
  @Column('text') kind: DocumentKind = 'resume';
  /** The key of `GET /download/:filename`: unique over all users. */
  @Column('text') filename: string = '';
  /** The name without number and extension, and the number: 1 shows none. */
  @Column('text') filename_base: string = '';
  @Column('int') filename_number: number = 1;
  @Column(nullable) job_id: string | null = null;
  @Column(nullable) application_id: string | null = null;
  @Column('text') storage_key: string = '';
  @Column('text') sha256: string = '';
  @Column('int') size_bytes: number = 0;
  @Column('text') template_id: string = '';
  /** First 16 hex digits of the template's SHA-256: says which bytes were filled in. */
  @Column('text') template_version: string = '';
  @Column('text', { array: true }) tracking_ids: string[] = [];
  @Column('timestamptz') created_at: Date = new Date(0);
}
