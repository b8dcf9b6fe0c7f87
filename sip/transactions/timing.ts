/** RFC 3261 §17.1.1.1 and table 4, in milliseconds. */
export const T1 = 500;
export const T2 = 4_000;
export const T4 = 5_000;
/** How long a transaction waits at most for what it waits for. */
export const TIMEOUT = 64 * T1;
/** Timer D: how long a refused INVITE absorbs repeated answers over UDP; at least 32 s. */
export const TIMER_D = 32_000;
/** How soon an INVITE is answered 100 when nobody else answers it (RFC 3261 §17.2.1). */
export const TRYING_AFTER = 200;
