/** Stands for the AWS SDK's hashes in JavaScript, in the bundles: it takes them where `node:crypto` has none. */
class Absent {
  constructor() {
    throw new Error('Hashes in JavaScript are not in the bundle; see infra/stack/bundle.ts.');
  }
}

export { Absent as Md5Js, Absent as Sha1Js, Absent as Sha256Js };
