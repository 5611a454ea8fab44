// Zip archives: yauzl reads the directory and the bytes, what is written where is decided elsewhere.

import { constants } from 'node:fs'
import { crc32 } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import type { Archive, ArchiveMember, ArchivePiece } from './archive.ts'

const MADE_ON_UNIX: ReadonlySet<number> = new Set([3, 19])
const KINDS: ReadonlyMap<number, ArchiveMember['kind']> = new Map([
  [0, 'file'], // of programs that write the permissions only
  [constants.S_IFREG, 'file'],
  [constants.S_IFDIR, 'folder'],
  [constants.S_IFLNK, 'link'],
])
/** Paths of Linux are no longer. */
const MAX_LINK_BYTES = 4096

interface ZipMember extends ArchiveMember {
  readonly entry: Entry
}

export async function openZip(path: string): Promise<Archive> {
  const zip = await openPromise(path, { autoClose: false, strictFileNames: true })
  try {
    const members: ZipMember[] = []
    for await (const entry of zip.eachEntry()) members.push(memberOf(entry))
    const totalBytes = members.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0)
    return { totalBytes, pieces: onProgress => zipPieces(zip, members, onProgress) }
  } catch (thrown) {
    zip.close()
    throw thrown
  }
}

async function* zipPieces(
  zip: ZipFile,
  members: readonly ZipMember[],
  onProgress: (bytes: number) => void,
): AsyncGenerator<ArchivePiece> {
  try {
    for (const { entry, ...member } of members) {
      if (member.kind === 'link') yield { ...member, linkTarget: await readLink(zip, entry) }
      else yield member
      if (member.kind !== 'file') continue
      for await (const chunk of contents(zip, entry)) {
        onProgress(chunk.length)
        yield chunk
      }
    }
  } finally {
    zip.close()
  }
}

function memberOf(entry: Entry): ZipMember {
  const name = entry.fileName
  if (entry.isEncrypted()) throw new RangeError(`${JSON.stringify(name)} is encrypted`)
  const mode = MADE_ON_UNIX.has(entry.versionMadeBy >>> 8) ? entry.externalFileAttributes >>> 16 : 0
  const kind = name.endsWith('/') ? 'folder' : KINDS.get(mode & constants.S_IFMT)
  if (kind === undefined) throw new RangeError(`${JSON.stringify(name)} is neither file, folder nor link`)
  return { kind, name, isExecutable: (mode & 0o111) !== 0, linkTarget: '', entry }
}

/** What yauzl does not look at is the checksum. */
async function* contents(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  let checksum = 0
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    checksum = crc32(chunk, checksum)
    yield chunk
  }
  if (checksum !== entry.crc32)
    throw new RangeError(`${JSON.stringify(entry.fileName)} is damaged: its checksum is wrong`)
}

async function readLink(zip: ZipFile, entry: Entry): Promise<string> {
  const { fileName, uncompressedSize } = entry
  if (uncompressedSize > MAX_LINK_BYTES)
    throw new RangeError(`${JSON.stringify(fileName)} is a link that is too long`)
  const chunks: Buffer[] = []
  for await (const chunk of contents(zip, entry)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
