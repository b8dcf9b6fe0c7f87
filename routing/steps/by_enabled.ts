import { each } from '../option.ts';

export const byEnabled = each(({ provider }) =>
  provider?.enabled === true ? null : { reason: 'disabled', detail: null },
);
