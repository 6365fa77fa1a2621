import { Column, Entity, PrimaryColumn } from 'typeorm';

const nullable = { type: 'text', nullable: true } as const;

/** A candidate's profile. People change this table by hand too: nothing of it is cached. */
@Entity({ name: 'user_candidate_info' })
export class Candidate {
  @PrimaryColumn('text') user_id: string = '';
  @Column(nullable) first_name: string | null = null;
  @Column(nullable) last_name: string | null = null;
  @Column(nullable) email: string | null = null;
  @Column(nullable) phone: string | null = null;
  @Column(nullable) mailing_address: string | null = null;
  @Column(nullable) calendly_url: string | null = null;
  @Column(nullable) linkedin_url: string | null = null;
  @Column(nullable) portfolio_url: string | null = null;
  @Column({ type: 'timestamptz', insert: false, update: false }) created_at: Date = new Date(0);
  /** Kept by a trigger, so that a hand-made UPDATE moves it too. */
  @Column({ type: 'timestamptz', insert: false, update: false }) updated_at: Date = new Date(0);
}
