/**
 * A bucket of the receiver's: written only where nothing is (If-None-Match), its size looked at afterwards, no right to list
 * needed. An equal object that is there already counts as sent.
 */
import type { S3Settings } from '#contract/deliveries.ts';
import { AddressRefused, checkedAddress, pinned } from '../network.ts';
import { type SendOutcome, sentenceOf, type SentFile } from '../sender.ts';
import { putIntoBucket, type BucketFailure } from '#server/storage/foreign-bucket.ts';

interface S3Account {
  readonly settings: S3Settings;
  readonly secrets: Readonly<Record<string, string>>;
}

export async function sendS3(
  { settings, secrets }: S3Account,
  file: SentFile,
  allowPrivate: boolean,
): Promise<SendOutcome> {
  const { bucket, region, endpoint, prefix = '', access_key_id: accessKeyId } = settings;
  const key = `${prefix}${file.name}`;
  try {
    const host = endpoint === undefined ? undefined : new URL(endpoint);
    if (host && host.protocol !== 'https:' && !allowPrivate) {
      throw new AddressRefused('Only https: addresses are sent to.');
    }
    const lookup = host && pinned(await checkedAddress(host.hostname, allowPrivate));
    const failure = await putIntoBucket(
      {
        bucket,
        region,
        endpoint,
        lookup,
        credentials: { accessKeyId, secretAccessKey: secrets['secret_access_key'] ?? '' },
      },
      key,
      file,
    );
    return failure ? outcomes[failure](key) : { kind: 'sent', detail: `Written as ${key}.` };
  } catch (error) {
    if (error instanceof AddressRefused) return { kind: 'failed', detail: error.message };
    return { kind: 'later', detail: sentenceOf(error) };
  }
}

const outcomes: Readonly<Record<BucketFailure, (key: string) => SendOutcome>> = {
  equal: (key) => ({ kind: 'sent', detail: `${key} was there already, equal to the last byte.` }),
  different: (key) => ({
    kind: 'failed',
    detail: `There is another object named ${key} already. It was left as it is.`,
  }),
  denied: () => ({ kind: 'failed', detail: 'The bucket did not let this key write. Check the key and its rights.' }),
  no_bucket: () => ({ kind: 'failed', detail: 'There is no bucket of this name there.' }),
};
