/** Blocks this process has read, by version; those not asked for the longest go first. What is being read is shared. */
import type { Block } from './block.ts';

export class BlockCache {
  private readonly bytesMax: number;
  private readonly kept = new Map<string, Block>();
  private readonly coming = new Map<string, Promise<Map<string, Block>>>();
  private bytes = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** @param read answers every version asked for; a failure is that of everybody who waits for it */
  async get(
    versions: readonly string[],
    read: (missing: readonly string[]) => Promise<Map<string, Block>>,
  ): Promise<Block[]> {
    const found = new Map<string, Block>();
    const waits = new Set<Promise<Map<string, Block>>>();
    const missing: string[] = [];
    for (const version of versions) {
      const block = this.kept.get(version);
      const coming = this.coming.get(version);
      if (block) found.set(version, block);
      else if (coming) waits.add(coming);
      else missing.push(version);
    }
    if (missing.length > 0) {
      const reading = read(missing).finally(() => missing.forEach((version) => this.coming.delete(version)));
      for (const version of missing) this.coming.set(version, reading);
      waits.add(reading);
    }
    for (const blocks of await Promise.all(waits)) for (const [version, block] of blocks) found.set(version, block);
    const blocks: Block[] = [];
    for (const version of versions) {
      const block = found.get(version);
      if (!block) throw new Error(`block ${version} is not there`);
      this.keep(version, block);
      blocks.push(block);
    }
    this.shrink();
    return blocks;
  }

  /** As the one used last. */
  private keep(version: string, block: Block): void {
    if (this.kept.delete(version)) this.bytes -= block.size;
    this.kept.set(version, block);
    this.bytes += block.size;
  }

  private shrink(): void {
    for (const [version, block] of this.kept) {
      if (this.bytes <= this.bytesMax) return;
      this.kept.delete(version);
      this.bytes -= block.size;
    }
  }
}
