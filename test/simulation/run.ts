import { queues } from '../../infra/topology.ts';
import { notificationOf } from '../../shared/bucket/s3-event.ts';
import type { EventFields, EventName } from '../../shared/log.ts';
import { Chronicle } from './chronicle.ts';
import { Dice } from './dice.ts';
import { Faults } from './faults.ts';
import { checkInvariants } from './invariants.ts';
import type { Instance, World } from './invocation.ts';
import { People } from './people.ts';
import { SimulatedApi } from './simulated-api.ts';
import { SimulatedBucket, type StoredVersion } from './simulated-bucket.ts';
import { bucketName, simulatedQueues, startSimulatedImporter } from './simulated-importer.ts';
import { VirtualTime } from './virtual-time.ts';
import { Witness } from './witness.ts';

/** What one seed came to. */
export interface RunResult {
  readonly seed: number;
  /** Of the whole trace: the same seed has the same. */
  readonly hash: string;
  readonly violations: readonly string[];
  readonly marks: ReadonlyMap<string, number>;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Longer than the window in which leads are remembered, and every wait behind it: what is not at rest by then never will be. */
const longestRunMs = 120 * dayMs;
/** A damaged import never ends: some time after the last fault the sweeper stops looking, and a person is called. */
const personCalledMs = 2 * dayMs;

/** S3's notifications: at least once, whenever it likes, in any order. */
const notifier = (world: World, simulated: ReturnType<typeof simulatedQueues>) => {
  const { time, dice, faults } = world;
  return (key: string, version: StoredVersion): void => {
    for (const [name, { notifiedBy }] of Object.entries(queues)) {
      if (!notifiedBy.some((prefix: string) => key.startsWith(prefix))) continue;
      if (faults.strike('event_lost')) continue;
      const eventTime = new Date(version.writtenAt).toISOString();
      const body = notificationOf({ bucket: bucketName, key, versionId: version.versionId, eventTime });
      const send = () => simulated[name as keyof typeof simulated].queue.send(body);
      const delay = () => (faults.strike('event_late') ? dice.between(1, 3_600_000) : dice.between(1, 2_000));
      time.after(delay(), send);
      if (faults.strike('event_twice')) time.after(delay(), send);
    }
  };
};

/**
 * Runs the whole importer once in a world of one seed, until everything is at rest, and checks what must always be so.
 * @param listener hears every line of the trace
 */
export const simulate = async (seed: number, listener?: (line: string) => void): Promise<RunResult> => {
  const time = new VirtualTime();
  const dice = new Dice(seed);
  const chronicle = new Chronicle(time, listener);
  const crawls = new Dice(seed, 'crawls').chance(0.02);
  if (crawls) chronicle.mark('a world that crawls');
  const world: World = { time, dice, chronicle, crawls, faults: new Faults(dice, time, chronicle, crawls) };
  const simulated = simulatedQueues(world);
  const bucket = new SimulatedBucket(() => time.now, notifier(world, simulated));
  const api = new SimulatedApi(world);
  const witness = new Witness(world);
  const onLog =
    (instance: Instance) =>
    (event: EventName, fields: EventFields = {}) =>
      witness.hear(instance.invocation, event, fields);
  const people = new People(world, bucket, api);
  people.plan();
  const sweepEveryMs = people.staysForMonths ? dayMs : dice.pick([15 * minuteMs, 60 * minuteMs, 300 * minuteMs]);
  const sweeps = startSimulatedImporter({ world, bucket, api, queues: simulated, onLog }, sweepEveryMs);
  const mayRest = (): boolean => {
    if (bucket.damaged.size > 0 && time.now > world.faults.endAt + personCalledMs) sweeps.stop();
    return sweeps.isQuiet;
  };
  const atRest = await time.runToRest(time.now + longestRunMs, mayRest);
  if (atRest) checkInvariants({ world, bucket, api, people, witness, queues: simulated, sweepEveryMs });
  else chronicle.violate('the importer does not come to rest');
  return { seed, hash: chronicle.hash(), violations: chronicle.violations, marks: chronicle.marks };
};
