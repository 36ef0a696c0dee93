/** Stands for undici's HTTP/2 in the bundles: the client speaks HTTP/1.1 only. */
const connectH2 = (): never => {
  throw new Error('HTTP/2 is not in the bundle; see infra/stack/bundle.ts.');
};

export default connectH2;
