import { INCOMING_REFUSALS, REFUSAL_ORDER } from '../../routing/refusals.ts';

/** docs/incoming.md: what is looked at before an incoming call is taken, in its order. */
export function incomingMarkdown(): string {
  const rows = REFUSAL_ORDER.map((reason) => {
    const { sip_code, q850, says } = INCOMING_REFUSALS[reason];
    return `| \`${reason}\` | ${sip_code} | ${q850} | ${says} |`;
  });
  return [...INTRODUCTION, ...rows, '', ...AFTER].join('\n');
}

const INTRODUCTION = [
  '# Incoming calls',
  '',
  'Printed from `routing/refusals.ts` by `npm run gen`. Do not edit.',
  '',
  'A carrier tells of a call to a number of yours. It is looked at in the order below; the first',
  'line that holds is why it is turned away, and the caller’s network is told the SIP code and the',
  'Q.850 cause. A call that is taken begins the number’s `call_flow_id` while the caller hears it',
  'ring; a flow that does not answer within a minute ends it with 480.',
  '',
  '| reason | SIP | Q.850 | when |',
  '| --- | --- | --- | --- |',
];

const AFTER = [
  'Doubts that do not turn a call away (`verification` and `own_number` of `/v1/inbound_config`',
  'set to `mark`) stand in `arrival.marks` of the call, and in `voipbin.call.marks` for its flow.',
  '',
  'What was turned away is listed by `GET /v1/refused_calls`, calls alike within an hour as one',
  'with a count, and told by the event `call_refused`: both at a bounded rate, so that strangers',
  'cannot fill the disk. `tandem_calls_refused_total` in /metrics counts every one.',
  '',
];
