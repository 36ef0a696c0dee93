import { startEmbeddedAws } from '../support/embedded-aws/embedded-aws.ts';

/** S3 on a loopback port, in a process of its own, so that what it takes is nobody else's. It tells how it is reached. */
const { bucket, environment } = await startEmbeddedAws();
process.send?.({ bucket, environment });
