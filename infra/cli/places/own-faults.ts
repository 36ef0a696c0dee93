import { troubleSentence } from '../../../shared/leads-api/trouble-messages.ts';
import type { EventFields, EventName, Log } from '../../../shared/log.ts';

/** What goes wrong inside the importer of this machine: it is in no progress, and nobody else would say it. */
export interface OwnFaults {
  readonly log: Log;
  /**
   * What went wrong last and not for the first time, and may keep an import from its end: what it is, about which object,
   * and what mends it. A fault that names another import does not.
   */
  faultOf(importId: string): string | undefined;
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
  const troubles = new Set<string>();
  /** How often each fault came, the latest last. */
  const faults = new Map<string, number>();
  return {
    log: (event, fields = {}) => {
      // Without a code it only waits for its time.
      if (event === 'proof_waits' && fields.code !== undefined && !troubles.has(fields.code)) {
        troubles.add(fields.code);
        say(`  The comparison with lumi’s list waits: ${troubleSentence({ code: fields.code })}.`);
      }
      if (!inside.has(event)) return;
      const text = textOf(fields);
      const before = faults.get(text) ?? 0;
      if (before === 0) say(`  Error inside the importer, tried again: ${text}`);
      faults.delete(text);
      faults.set(text, before + 1);
    },
    faultOf: (importId) =>
      [...faults].findLast(
        ([text, times]) => times > 1 && (text.match(importIds) ?? [importId]).includes(importId),
      )?.[0],
  };
};
