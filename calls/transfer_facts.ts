import type { CallId } from '../kernel/brand.ts';

/** blind: the transferer leaves at once · attended: it talks with the transferee first. */
export type TransferType = 'attended' | 'blind';

/** What a transfer is told by the calls it moves. */
export type TransferFact =
  /** The master has let its chained call go: from now on the transfer answers for it. */
  | { readonly type: 'child_let_go' }
  /** There was nothing to let go: the talk is over, or has not begun. */
  | { readonly type: 'child_kept' }
  /** A call that the transfer answers for is being transferred once more. */
  | { readonly type: 'handed_over'; readonly call_id: CallId };
