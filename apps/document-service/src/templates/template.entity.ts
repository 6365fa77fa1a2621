import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DocumentKind } from '../documents/document.entity.js';
import type { LinkText } from '../requests/fields.js';
import type { FoundTag } from './inspection/find-tags.js';

/** A template people have uploaded, under a name of their own. */
@Entity({ name: 'templates' })
export class TemplateEntity {
  @PrimaryColumn('text') template_id: string = '';
  @Column('text') name: string = '';
  /** Null: for resumes and cover letters alike. */
  @Column({ type: 'text', nullable: true }) kind: DocumentKind | null = null;
  /** Whether `<<name>>` is a tag too. */
  @Column('boolean') older_tags: boolean = false;
  /** What its links show where neither it nor a request says so; null as for the built-in ones. */
  @Column({ type: 'text', nullable: true }) link_text: LinkText | null = null;
  /** Whose it is; null: nobody's in particular, for callers who act for every user. */
  @Column({ type: 'text', nullable: true }) user_id: string | null = null;
  @Column('timestamptz') created_at: Date = new Date(0);
}

/** One upload of a template. Its bytes lie in the store and never change. */
@Entity({ name: 'template_versions' })
export class TemplateVersionEntity {
  @PrimaryColumn('text') template_id: string = '';
  /** 1, 2, 3 …: the highest is in use. */
  @PrimaryColumn('int') version: number = 0;
  /** Of the file as it was uploaded. */
  @Column('text') sha256: string = '';
  @Column('int') size_bytes: number = 0;
  @Column('text') storage_key: string = '';
  @Column('jsonb') tags: FoundTag[] = [];
  @Column('jsonb') unknown_tags: string[] = [];
  @Column('jsonb') warnings: object[] = [];
  @Column('timestamptz') created_at: Date = new Date(0);
}

/** The template a user's documents are made from when a request names none. */
@Entity({ name: 'template_defaults' })
export class TemplateDefaultEntity {
  @PrimaryColumn('text') user_id: string = '';
  @PrimaryColumn('text') kind: DocumentKind = 'resume';
  @Column('text') template_id: string = '';
}
