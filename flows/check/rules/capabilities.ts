import type { Need } from '../../action.ts';
import type { Finding } from '../finding.ts';
import { about, type Read } from '../reading.ts';
import type { Rule, Subject } from '../subject.ts';

/** Some route to the destination can do everything the flow needs. */
export const capabilitiesRule: Rule = (subject) => {
  const { routes } = subject.premises;
  // Without a route at all nothing can be said of what routes can do.
  if (routes === null || routes.length === 0) return [];
  const asked = [...needsIn(subject)].map(([need, read]) => {
    return { need, read, able: routes.filter((can) => can[need] === true).length };
  });
  const impossible = asked.filter(({ able }) => able === 0);
  if (impossible.length > 0)
    return impossible.map(({ need, read }) =>
      missing(read, `needs ${need}, which no route to the destination can do`),
    );
  const partial = asked.filter(({ able }) => able < routes.length);
  const alone = routes.some((can) => asked.every(({ need }) => can[need] === true));
  return partial.map(({ need, read, able }) =>
    alone
      ? about(read, 'capability_partial', {
          pointer: '',
          message: `needs ${need}, which ${able} of ${routes.length} routes can do`,
          severity: 'info',
        })
      : missing(read, `needs ${need}, and no route can do all that the flow needs`),
  );
};

function missing(read: Read, message: string): Finding {
  return about(read, 'capability_missing', { pointer: '', message });
}

/** Everything needed, and the first action that needs it; routing asks for all of it alike. */
function needsIn({ actions }: Subject): ReadonlyMap<Need, Read> {
  const asked = new Map<Need, Read>();
  for (const read of actions)
    for (const need of [...(read.verb?.kind.needs ?? []), ...(read.outlook.needs ?? [])])
      if (!asked.has(need)) asked.set(need, read);
  return asked;
}
