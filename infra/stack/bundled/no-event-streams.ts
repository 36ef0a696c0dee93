/** Stands for `@smithy/core/event-streams` in the bundles: only S3 Select has event streams, and nothing here selects. */
const absent = (): never => {
  throw new Error('Event streams are not in the bundle; see infra/stack/bundle.ts.');
};

export const resolveEventStreamSerdeConfig = <Config extends object>(config: Config) =>
  Object.assign(config, { eventStreamMarshaller: undefined });

export const eventStreamSerdeProvider = absent;

export class EventStreamSerde {
  constructor() {
    absent();
  }
}
