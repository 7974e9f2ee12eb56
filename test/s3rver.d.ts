/** What the tests use of an S3 server that ships without types. */
declare module '@20minutes/s3rver' {
  import type { IncomingMessage, Server } from 'node:http';
  import type { AddressInfo } from 'node:net';

  interface Context {
    readonly req: IncomingMessage;
    readonly method: string;
    readonly query: Readonly<Record<string, string | undefined>>;
    readonly params: Readonly<Record<string, string | undefined>>;
    readonly path: string;
    status: number;
    type: string;
    body: unknown;
  }

  interface Store {
    rootDirectory: string;
    putContent(objectPath: string, content: unknown): Promise<[size: number, md5: string]>;
    putPart(bucket: string, uploadId: string, partNumber: string, content: unknown): Promise<unknown>;
    getResourcePath(bucket: string, key: string | undefined, resource: string): string;
  }

  export default class S3rver {
    constructor(options: {
      address: string;
      port: number;
      directory: string;
      silent: boolean;
      vhostBuckets: boolean;
      configureBuckets: readonly { readonly name: string }[];
    });
    readonly store: Store;
    readonly middleware: ((context: Context, next: () => Promise<void>) => Promise<void>)[];
    readonly httpServer: Server;
    run(): Promise<AddressInfo>;
    close(): Promise<void>;
  }
}
