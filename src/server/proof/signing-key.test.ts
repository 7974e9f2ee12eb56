import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { ManifestSigner, isSignedBy, keyIdOf, pemOf, readPublicKeys, signingSeedOf } from './signing-key.ts';

const secret = 'a secret of at least thirty-two characters';
const signer = new ManifestSigner(signingSeedOf(secret));

test('signs as RFC 8032 has it (section 7.1, test 1)', () => {
  const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
  const known = new ManifestSigner(seed.toString('base64url'));
  expect(Buffer.from(known.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex')).toBe(
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  );
  expect(known.sign(Buffer.alloc(0)).toString('hex')).toBe(
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  );
});

test('processes that share a secret share a key; another secret is another key, and none of them is the secret', () => {
  expect(new ManifestSigner(signingSeedOf(secret)).keyId).toBe(signer.keyId);
  expect(new ManifestSigner(signingSeedOf(`${secret}.`)).keyId).not.toBe(signer.keyId);
  expect(signer.keyId).toMatch(/^SHA256:[\w-]{43}$/);
  expect(signingSeedOf(secret)).not.toContain(secret);
});

test('a signature fits these bytes and this key, and nothing else', () => {
  const bytes = Buffer.from('{"rows": 1}\n');
  const signature = signer.sign(bytes);
  expect(isSignedBy(signer, bytes, signature)).toBe(true);
  expect(isSignedBy(signer, Buffer.from('{"rows": 2}\n'), signature)).toBe(false);
  expect(isSignedBy(new ManifestSigner(signingSeedOf('another')), bytes, signature)).toBe(false);
  for (const wrong of [Buffer.alloc(0), signature.subarray(1), Buffer.concat([signature, signature])]) {
    expect(isSignedBy(signer, bytes, wrong)).toBe(false);
  }
});

test('keys are read from one PEM, from several, from a JSON Web Key and from a set of them', () => {
  const other = new ManifestSigner(signingSeedOf('another')).publicKey;
  const jwk = (key: typeof other) => ({ ...key.export({ format: 'jwk' }), use: 'sig', pem: pemOf(key) });
  const both = [signer.keyId, keyIdOf(other)];
  const ids = (text: string): string[] => readPublicKeys(text).map(({ keyId }) => keyId);
  expect(ids(`# a key\n${pemOf(signer.publicKey)}`)).toEqual([signer.keyId]);
  expect(ids(pemOf(signer.publicKey) + pemOf(other))).toEqual(both);
  expect(ids(JSON.stringify(jwk(signer.publicKey)))).toEqual([signer.keyId]);
  expect(ids(JSON.stringify({ keys: [jwk(signer.publicKey), jwk(other)] }, null, 2))).toEqual(both);
});

test('what is no public Ed25519 key is refused', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' });
  const secretPem = createPrivateKey({
    key: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
  });
  expect(createPublicKey(secretPem).asymmetricKeyType).toBe('ed25519');
  const privatePem = secretPem.export({ type: 'pkcs8', format: 'pem' }).toString();
  for (const text of ['', 'hello', '{"keys":[]}', '{"kty":"oct","k":"AA"}', rsa.toString(), privatePem]) {
    expect(() => readPublicKeys(text)).toThrow(/./);
  }
});
