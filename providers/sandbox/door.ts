import type { LegRef } from '../../kernel/brand.ts';
import { parseJson } from '../../kernel/foreign.ts';
import type { Attestation, Verstat } from '../../calls/passage.ts';
import type { IncomingLeg, Reading, Reply, TurnedAway } from '../carrier.ts';

/** What the network is answered when it brings a call. */
export type Verdict =
  | { readonly taken: true }
  | { readonly taken: false; readonly sip_code: number; readonly q850: number };

const JSON_TYPE = 'application/json';
const TAKEN: Reply = { status: 200, type: JSON_TYPE, body: '{"taken":true}' };
/** What callers hear where we gave no answer that can be understood: 503, no circuit available. */
const AWAY: Verdict = { taken: false, sip_code: 503, q850: 34 };

const TEXT_MAX = 512;
const DIVERSIONS_MAX = 20;
const VERSTATS: readonly unknown[] = ['passed', 'failed', 'none'] satisfies Verstat[];
const ATTESTATIONS: readonly unknown[] = ['A', 'B', 'C'] satisfies Attestation[];

/** What a notice of a call to us says. One that cannot be understood brings none. */
export function readIncoming(
  body: Readonly<Record<string, unknown>>,
  leg_ref: LegRef,
  turned_away: TurnedAway | undefined,
): Reading {
  const incoming = incomingIn(body, leg_ref);
  const reply = turned_away === undefined ? TAKEN : refusal(turned_away);
  return incoming === null ? { told: [], reply: TAKEN } : { told: [], incoming, reply };
}

function refusal({ reason, sip_code, q850 }: TurnedAway): Reply {
  const body = JSON.stringify({ taken: false, reason, sip_code, q850 });
  return { status: 200, type: JSON_TYPE, body };
}

function incomingIn(body: Readonly<Record<string, unknown>>, leg_ref: LegRef): IncomingLeg | null {
  const { from, from_name, to, verstat, attestation, diversions } = body;
  if (!isShort(from) || !isShort(from_name) || !isShort(to) || !VERSTATS.includes(verstat))
    return null;
  if (attestation !== null && !ATTESTATIONS.includes(attestation)) return null;
  if (!Array.isArray(diversions) || !diversions.every(isShort)) return null;
  return {
    ...{ leg_ref, from, from_name, to },
    verstat: verstat as Verstat,
    attestation: attestation as Attestation | null,
    diversions: diversions.slice(0, DIVERSIONS_MAX),
  };
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= TEXT_MAX;
}

/** What an answer to a call that was brought comes to. */
export function verdictOf({ status, body }: { status: number; body: string }): Verdict {
  const read = parseJson(body);
  if (status !== 200 || !read.ok || typeof read.value !== 'object' || read.value === null)
    return AWAY;
  const { taken, sip_code, q850 } = read.value as Readonly<Record<string, unknown>>;
  if (taken === true) return { taken: true };
  if (!Number.isInteger(sip_code) || !Number.isInteger(q850)) return AWAY;
  return { taken: false, sip_code: Number(sip_code), q850: Number(q850) };
}
