/** Buckets on an S3 that runs already (TEST_S3_ENDPOINT, _REGION, _KEY_ID, _SECRET): one for each peer, emptied at its end. */
import { randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { createS3Client } from '#server/storage/s3-client.ts';
import type { S3Peer } from './s3-peer.ts';

type GivenS3 = Pick<S3Peer, 'endpoint' | 'region' | 'credentials'>;

export const givenS3 = (): GivenS3 | undefined => {
  const given = (name: string): string => process.env[`TEST_S3_${name}`] ?? '';
  if (given('ENDPOINT') === '') return undefined;
  const credentials = { accessKeyId: given('KEY_ID'), secretAccessKey: given('SECRET') };
  return { endpoint: given('ENDPOINT'), region: given('REGION'), credentials };
};

export async function bucketOn(server: GivenS3): Promise<S3Peer> {
  const client = createS3Client(server);
  const bucket = `exports-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const open = async (): Promise<{ Key: string; UploadId: string }[]> => {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    return Uploads.map(({ Key = '', UploadId = '' }) => ({ Key, UploadId }));
  };
  return {
    ...server,
    bucket,
    sharesClock: false,
    uploads: async () => (await open()).map(({ UploadId }) => UploadId),
    async close() {
      for (const each of await open()) {
        await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, ...each }));
      }
      for (;;) {
        const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
        if (Contents.length === 0) break;
        for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
      }
      await client.send(new DeleteBucketCommand({ Bucket: bucket }));
      client.destroy();
    },
  };
}
