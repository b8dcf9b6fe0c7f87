/** Actions one run may begin: a menu that is heard a hundred times over, and then it is a loop. */
export const EXECUTED_ACTIONS_MAX = 1_000;

/**
 * Actions begun one after the other without waiting. Each costs the engine time and nobody hears
 * it; a flow that needs more than this is spinning.
 */
export const INSTANT_ACTIONS_MAX = 100;

/** Lists of actions run within lists of actions (fetch, fetch_flow). Deeper is recursion. */
export const DEPTH_MAX = 10;

/** Names and values of a run's own variables together, in characters: they are stored per step. */
export const VARIABLES_CHARACTERS_MAX = 65_536;

/** Characters of one option with its variables filled in: as much as all variables may hold. */
export const OPTION_CHARACTERS_MAX = 65_536;

/** Keys kept for a digits_receive that has not come yet; the oldest are forgotten first. */
export const DIGITS_KEPT_MAX = 100;

/** Skipped actions of one run that are remembered; the oldest are forgotten first. */
export const SKIPPED_KEPT_MAX = 20;

/** Actions in one list. */
export const ACTIONS_MAX = 200;

/** Characters of the sentence that says why a run ended: it may quote what a server answered. */
export const DETAIL_CHARACTERS_MAX = 500;

/** Lists and objects within one option. Three calls in calls need fifteen; a stack has an end. */
export const OPTION_DEPTH_MAX = 32;
