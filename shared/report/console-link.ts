/** The S3 console at a folder of a bucket. @param bucketUrl the console's address of the bucket, with its region */
export const folderLink = (bucketUrl: string, prefix: string): string =>
  `${bucketUrl}&prefix=${encodeURIComponent(prefix)}`;

/** The S3 console at an object, which it offers to open and to download. */
export const objectLink = (bucketUrl: string, key: string): string =>
  folderLink(bucketUrl.replace('/s3/buckets/', '/s3/object/'), key);
