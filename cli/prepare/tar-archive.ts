// Tar archives, with or without gzip: tar's parser reads the headers, what is written where is decided elsewhere.

import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Parser, type ReadEntry } from 'tar'
import { type Archive, type ArchiveMember, type ArchivePiece, READ_CHUNK_BYTES } from './archive.ts'

/** How gzip and Zstandard begin. The parser would undo them by itself, and a whole chunk at once. */
const COMPRESSED = [Buffer.from([0x1f, 0x8b]), Buffer.from([0x28, 0xb5, 0x2f, 0xfd])]

const KINDS: Readonly<Partial<Record<string, ArchiveMember['kind']>>> = {
  File: 'file',
  OldFile: 'file',
  ContiguousFile: 'file',
  Directory: 'folder',
  SymbolicLink: 'link',
  Link: 'copy',
}

export async function openTar(path: string, { gzip }: { readonly gzip: boolean }): Promise<Archive> {
  const { size } = await stat(path)
  return { totalBytes: size, pieces: onProgress => tarPieces(path, gzip, onProgress) }
}

/** What came of a chunk is handed on before the next is read, so nothing piles up. */
async function* tarPieces(
  path: string,
  gzip: boolean,
  onProgress: (bytes: number) => void,
): AsyncGenerator<ArchivePiece> {
  const parsing = new TarParsing()
  for await (const chunk of tarBytes(path, gzip, onProgress)) yield* parsing.add(chunk)
  yield* parsing.end()
}

async function* tarBytes(
  path: string,
  gzip: boolean,
  onProgress: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(path, { highWaterMark: READ_CHUNK_BYTES })) {
      onProgress(chunk.length)
      yield chunk
    }
  }
  // whoever reads gets the error, wherever it arose: the callback has nothing to add
  if (gzip) yield* pipeline(counted, createGunzip({ chunkSize: READ_CHUNK_BYTES }), () => {})
  else yield* counted()
}

/** The parser with its events collected: it is synchronous, and reports what a chunk holds before write() returns. */
class TarParsing {
  readonly #parser = new Parser({ strict: true, onReadEntry: entry => this.#take(entry) })
  readonly #pieces: ArchivePiece[] = []
  #failure: Error | null = null
  #isBegun = false
  #sawEnd = false

  constructor() {
    this.#parser.on('ignoredEntry', (entry: ReadEntry) => this.#fail(refusal(entry)))
    this.#parser.on('error', (error: Error) => this.#fail(error))
    this.#parser.on('eof', () => {
      this.#sawEnd = true
    })
  }

  add(chunk: Buffer): ArchivePiece[] {
    if (!this.#isBegun) refuseCompressed(chunk)
    this.#isBegun = true
    this.#parser.write(chunk)
    return this.#handOver()
  }

  end(): ArchivePiece[] {
    this.#parser.end()
    const pieces = this.#handOver()
    if (!this.#sawEnd) throw new RangeError('it is no tar archive, or cut off: its end is missing')
    return pieces
  }

  #handOver(): ArchivePiece[] {
    if (this.#failure !== null) throw this.#failure
    return this.#pieces.splice(0)
  }

  #fail(error: Error): void {
    this.#failure ??= error
  }

  #take(entry: ReadEntry): void {
    const kind = KINDS[entry.type]
    if (kind === undefined) {
      this.#fail(refusal(entry))
      return
    }
    const linkTarget = kind === 'link' || kind === 'copy' ? (entry.linkpath ?? '') : ''
    const isExecutable = ((entry.mode ?? 0) & 0o111) !== 0
    this.#pieces.push({ kind, name: entry.path, isExecutable, linkTarget })
    // also where there are no bytes: the parser goes on when the entry has been read to its end
    entry.on('data', chunk => this.#pieces.push(chunk))
  }
}

function refusal({ path, type }: ReadEntry): Error {
  return new RangeError(`${JSON.stringify(path)} is neither file, folder nor link, but ${type}`)
}

function refuseCompressed(start: Buffer): void {
  if (COMPRESSED.some(magic => start.subarray(0, magic.length).equals(magic)))
    throw new RangeError('what is to be tar is compressed; with gzip it is TarGz, others are not read')
}
