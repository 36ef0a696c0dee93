import type { EpochMs } from '../../shared/clock.ts';
import { notConfirmed } from '../../shared/state/endings.ts';
import type { StateOf } from '../../shared/state/row-state.ts';
import { allAttached } from './attach-documents.ts';
import type { Attempt } from './attempt.ts';
import type { SubmitterDependencies } from './dependencies.ts';

/** Uploads whose answers were lost before a document is not sent again: an API that keeps each of them has so many copies. */
const mostLost = 3;

/**
 * Whether the API answered for others since the attempt began: for a lead or a document of this batch or another one, or,
 * where nothing else was sent, with the list of leads.
 */
const answersOthers = async (
  attempt: Attempt,
  { since, deadline }: { readonly since: EpochMs; readonly deadline: EpochMs },
  { api, gate }: SubmitterDependencies,
): Promise<boolean> => {
  if (attempt.hasAnswers || gate.lastGoodAt >= since) return true;
  const [lost] = attempt.lostDocuments.keys();
  if (lost === undefined || attempt.troubledRows.size > 0) return false;
  const { leadId: id } = lost.state as StateOf<'attaching'>;
  return (await api.list({ id }, deadline)).kind === 'leads';
};

/** @param by how much each of the names counts */
const counted = ({ lost = [] }: StateOf<'attaching'>, names: readonly string[], by: number) => {
  const times = new Map(lost.map((each) => [each.name, each.times]));
  for (const name of names) times.set(name, (times.get(name) ?? 0) + by);
  return [...times].map(([name, count]) => ({ name, times: count }));
};

/**
 * Counts uploads whose answers were lost while the API answered for others, and ends those documents of which no answer
 * comes: one that alone keeps failing holds up no report, and is not copied without end. An outage counts for nothing.
 */
export const judgeLostDocuments = async (
  attempt: Attempt,
  during: { readonly since: EpochMs; readonly deadline: EpochMs },
  dependencies: SubmitterDependencies,
): Promise<void> => {
  if (attempt.lostDocuments.size === 0) return;
  const by = (await answersOthers(attempt, during, dependencies)) ? 1 : 0;
  for (const [row, names] of attempt.lostDocuments) {
    const { state } = row;
    if (state.state !== 'attaching') throw new Error(`a row that lacks documents is ${state.state}`);
    const lost = counted(state, names, by);
    const given = lost.filter(({ times }) => times >= mostLost).map(({ name }) => name);
    const documents = [...state.documents, ...given.map((name) => ({ name, code: 'document_not_confirmed' }))];
    const problems = given.length > 0 ? [...state.problems, notConfirmed(given)] : state.problems;
    const left = lost.filter(({ name }) => !given.includes(name));
    const next = { ...state, documents, problems, lost: left };
    const hasAll = row.documents.every((name) => documents.some((document) => document.name === name));
    attempt.move(row, hasAll ? allAttached(next) : next);
  }
};
