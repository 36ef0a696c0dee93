import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { faultKinds, scriptedKinds } from './fault-kinds.ts';

export type FaultKind = (typeof scriptedKinds)[number];

/** What the requests are counted by. */
export type Operation = 'create' | 'list' | 'document';

/** A fault for the requests of one operation by number (the first is 1), both ends included. */
export interface ScriptedFault {
  readonly operation: Operation;
  readonly from: number;
  readonly to: number;
  readonly kind: FaultKind;
}

/** Faults by chance: the same seed gives the same faults for the same sequence of requests. */
export interface RandomFaults {
  readonly seed: number;
  /** Share of requests that go wrong, 0 to 1. */
  readonly rate: number;
}

/** Decides for every request whether it goes wrong, and how. */
export type FaultPlan = (operation: Operation, number: number) => FaultKind | undefined;

export const faultPlan = (scripted: readonly ScriptedFault[], random?: RandomFaults): FaultPlan => {
  const chances = random === undefined ? undefined : xoroshiro128plus(random.seed);
  return (operation, number) => {
    const fault = scripted.find(({ operation: of, from, to }) => of === operation && number >= from && number <= to);
    if (fault !== undefined) return fault.kind;
    if (chances === undefined || random === undefined) return undefined;
    const [chance, choice] = [uniformFloat64(chances), uniformFloat64(chances)];
    return chance < random.rate ? faultKinds[Math.floor(choice * faultKinds.length)] : undefined;
  };
};

/** Reads `create:3=reset_after,list:1-2=503`; throws a sentence where that is not what it is. */
export const readFaults = (text: string): readonly ScriptedFault[] =>
  text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const match = /^\s*(create|list|document):(\d+)(?:-(\d+))?=([a-z0-9_]+)\s*$/.exec(part);
      const kind = scriptedKinds.find((known) => known === match?.[4]);
      if (match === null || kind === undefined) {
        throw new Error(
          `The fault "${part.trim()}" cannot be understood: expected for example create:3=reset_after, with one of ${scriptedKinds.join(', ')}.`,
        );
      }
      const from = Number(match[2]);
      return { operation: match[1] as Operation, from, to: Number(match[3] ?? from), kind };
    });
