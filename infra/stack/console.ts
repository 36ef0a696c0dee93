import { Aws, CfnMapping } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** Behind the region: each partition has a console of its own. */
const hosts = {
  aws: { console: 'console.aws.amazon.com' },
  'aws-cn': { console: 'console.amazonaws.cn' },
  'aws-us-gov': { console: 'console.amazonaws-us-gov.com' },
};

/** Links into the AWS console, for the partition and the region that the stack is deployed into. */
export class Console extends Construct {
  readonly #host: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const mapping = new CfnMapping(this, 'Hosts', { mapping: hosts });
    this.#host = `https://${Aws.REGION}.${mapping.findInMap(Aws.PARTITION, 'console')}`;
  }

  dashboard(name: string): string {
    return `${this.#host}/cloudwatch/home?region=${Aws.REGION}#dashboards:name=${name}`;
  }

  /** The S3 console at a bucket; the rest of the address says what of it. */
  bucket(name: string): string {
    return `${this.#host}/s3/buckets/${name}?region=${Aws.REGION}`;
  }
}
