import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import type { EpochMs } from '../../shared/clock.ts';
import type { ListedLead } from '../../shared/leads-api/visible-lead.ts';
import { limits } from '../../shared/limits.ts';
import { visibleFingerprint } from '../../shared/memory/fingerprint.ts';
import type { LeadEntry } from '../../shared/memory/fingerprint-file.ts';
import { visitHeldLeads } from '../../shared/memory/held-leads.ts';
import { readRegister } from '../../shared/memory/register.ts';
import type { Imports, SoughtRow } from './find-rows.ts';

/**
 * What all imports say about the listed leads and the rows that are looked for. They are asked after the listing was made:
 * an import enters the register before it sends, so whatever the listing shows of it is found here. One that entered
 * longer ago than the longest give-up time has ended before anything of this batch was sent. Another import that holds
 * the same lead is no rival: the order of the register lets only one of them send it.
 */
export const askImports = async (
  store: ObjectStore,
  since: EpochMs,
  listed: ReadonlyMap<string, ListedLead>,
  rows: readonly SoughtRow[],
): Promise<Imports> => {
  const found = { created: new Set<string>(), twins: new Set<SoughtRow>(), explained: new Set<string>() };
  const rowsByFingerprint = Map.groupBy(rows, (row) => row.lead.visibleFingerprint);
  const idsByFingerprint = Map.groupBy(listed.values(), ({ fields }) => visibleFingerprint(fields));
  const note = ({ leadId, lead, visible }: LeadEntry): void => {
    const fingerprint = visible.toString('hex');
    if (leadId !== '' && listed.has(leadId)) found.created.add(leadId);
    for (const { id } of idsByFingerprint.get(fingerprint) ?? []) found.explained.add(id);
    if (leadId !== '') return;
    for (const row of rowsByFingerprint.get(fingerprint) ?? []) {
      if (row.lead.fingerprint !== lead.toString('hex')) found.twins.add(row);
    }
  };
  const oldest = since - limits.maxGiveUpAfterMs - limits.clockSkewMs;
  await visitHeldLeads(store, await readRegister(store), { registered: oldest, ended: oldest }, note);
  return found;
};
