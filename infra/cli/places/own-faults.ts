import { type EpochMs, steadyClock } from '../../../shared/clock.ts';
import { troubleSentence } from '../../../shared/leads-api/trouble-messages.ts';
import type { EventFields, EventName, Log } from '../../../shared/log.ts';

/** Something that goes wrong inside the importer, again and again. */
export interface OwnFault {
  /** When it went wrong last. */
  readonly at: EpochMs;
  /** What it is, about which object, and what mends it: sentences. */
  readonly text: string;
}

/** What goes wrong inside the importer of this machine: it is in no progress, and nobody else would say it. */
export interface OwnFaults {
  readonly log: Log;
  /** The latest fault that may keep an import from its end: one that names another import does not. */
  faultOf(importId: string): OwnFault | undefined;
}

const inside: ReadonlySet<EventName> = new Set(['message_failed', 'poll_failed']);
const importIds = /\d{8}T\d{6}Z-[0-9a-f]{8}/g;

/** State of another version says itself what to do. */
const remedyOf = ({ errorName, reason }: EventFields): string => {
  if (errorName === 'DamagedState') return ' Bring it back from a copy of the state directory.';
  return reason?.includes('full') === true ? ' Make room for the state directory.' : '';
};

const textOf = (fields: EventFields): string => {
  const what = fields.reason ?? fields.errorName ?? 'unknown';
  return `${what}${what.endsWith('.') ? '' : '.'}${remedyOf(fields)}`;
};

/** @param say told each fault, and each trouble that the comparison with the list waits for, once */
export const ownFaults = (say: (line: string) => void): OwnFaults => {
  const faults = new Map<string, EpochMs>();
  const said = new Set<string>();
  const sayOnce = (line: string): void => {
    if (!said.has(line)) say(line);
    said.add(line);
  };
  return {
    log: (event, fields = {}) => {
      // Without a code it only waits for its time.
      if (event === 'proof_waits' && fields.code !== undefined)
        sayOnce(`  The comparison with lumi’s list waits: ${troubleSentence({ code: fields.code })}.`);
      if (!inside.has(event)) return;
      const text = textOf(fields);
      sayOnce(`  Error inside the importer, tried again: ${text}`);
      faults.set(text, steadyClock.now());
    },
    faultOf: (importId) =>
      [...faults]
        .filter(([text]) => (text.match(importIds) ?? [importId]).includes(importId))
        .map(([text, at]) => ({ text, at }))
        .toSorted((one, other) => other.at - one.at)[0],
  };
};
