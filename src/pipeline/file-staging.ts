import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sniff } from '../channels/sniff.ts';
import { SendFailure } from '../model/failure.ts';
import { newUnguessableId } from '../model/ids.ts';
import type { Kept } from '../store/media.ts';
import { FileTooLarge, type Fill, type StagedFile } from './file-store.ts';

/**
 * Takes bytes in under a name for the time being, and looks at what they are. They are safe on the disk when it
 * answers; when anything throws, nothing is left of them.
 */
export async function stageFile(folder: string, maxBytes: number, fill: Fill): Promise<StagedFile> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, newUnguessableId());
  const file = await open(path, 'wx+', 0o600);
  try {
    const kept = await fillAndLook(file, maxBytes, fill);
    await file.sync();
    return { path, kept, drop: () => rm(path, { force: true }) };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function fillAndLook(file: FileHandle, maxBytes: number, fill: Fill): Promise<Kept> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const told = await fill(async (chunk) => {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw new FileTooLarge(maxBytes);
    hash.update(chunk);
    await file.writev([chunk]);
  });
  const sha256 = hash.digest('hex');
  if (told.sha256 !== undefined && told.sha256 !== sha256) {
    throw new SendFailure({
      class: 'MEDIA',
      code: 'CHECKSUM',
      text: 'The file is not the one that was sent.',
    });
  }
  // What the bytes are, not what somebody says they are.
  const mime = sniff(await tellingParts(file, sizeBytes)) ?? 'application/octet-stream';
  return { mime, sizeBytes, sha256 };
}

const headBytes = 64 * 1024;
const tailBytes = 64 * 1024;
const directoryBytes = 4096;

/**
 * The parts by which a file is known, see `sniff`: its beginning, its end (where a zip lists its files),
 * and the directory of an older office file, wherever that lies.
 */
async function tellingParts(file: FileHandle, size: number): Promise<Buffer> {
  const head = await part(file, 0, Math.min(size, headBytes));
  const tailAt = Math.max(head.length, size - tailBytes);
  const tail = await part(file, tailAt, size - tailAt);
  const isCompound = head.length >= 512 && head.readUInt32BE(0) === 0xd0cf11e0;
  if (!isCompound) return Buffer.concat([head, tail]);
  const sector = 2 ** Math.min(16, head.readUInt16LE(30));
  const directory = await part(file, (head.readUInt32LE(48) + 1) * sector, directoryBytes);
  return Buffer.concat([head, directory, tail]);
}

async function part(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

/** Bytes that stopped coming in when a process ended: nobody knows of them. Ms. */
const abandonedMs = 24 * 3_600_000;

/** Takes away what is left of files whose process ended before they were whole. */
export async function sweepStaging(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const about = await stat(join(folder, name)).catch(() => undefined);
    if (about && about.mtimeMs < Date.now() - abandonedMs) await rm(join(folder, name), { force: true });
  }
}
