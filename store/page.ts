import type { CustomerId, Instant } from '../kernel/brand.ts';

/** Opaque place in a list, newest first: the instant and id of the last row shown. */
export interface PageQuery {
  readonly size: number;
  readonly before: { readonly at: Instant; readonly id: string } | null;
}
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: { readonly at: Instant; readonly id: string } | null;
}
/** Whose rows: one customer's, or everybody's (admin). */
export type Scope = CustomerId | 'all';
