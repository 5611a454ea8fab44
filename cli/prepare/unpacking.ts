// Unpacks one archive into the staging folder, and lets nothing of it go anywhere else.

import type { FileHandle } from 'node:fs/promises'
import type { Archive, ArchiveMember } from './archive.ts'
import type { Claims } from './claims.ts'
import type { UnpackType } from './init-container-config.ts'
import { readMemberPath, requireInnerLink } from './inner-path.ts'
import { below } from './plan.ts'
import type { Staging } from './staging.ts'
import { openTar } from './tar-archive.ts'
import { openZip } from './zip-archive.ts'

export interface Written {
  readonly files: number
  readonly bytes: number
}

export function openArchive(path: string, unpackType: Exclude<UnpackType, 'None'>): Promise<Archive> {
  return unpackType === 'Zip' ? openZip(path) : openTar(path, { gzip: unpackType === 'TarGz' })
}

export class Unpacking {
  readonly #staging: Staging
  readonly #claims: Claims
  readonly #target: string
  readonly #by: string
  /** Paths of the files so far, which a hard link may name. */
  readonly #sizes = new Map<string, number>()
  #open: { readonly handle: FileHandle; readonly path: string } | null = null
  #files = 0
  #bytes = 0

  /** @param by The entry, as messages name it. */
  constructor(staging: Staging, claims: Claims, target: string, by: string) {
    this.#staging = staging
    this.#claims = claims
    this.#target = target
    this.#by = by
  }

  /** @throws RangeError, or what the archive throws, saying what is wrong with it */
  async run(archive: Archive, onProgress: (bytes: number) => void): Promise<Written> {
    await this.#staging.addFolder(this.#target)
    try {
      for await (const piece of archive.pieces(onProgress)) {
        if (Buffer.isBuffer(piece)) await this.#write(piece)
        else await this.#begin(piece)
      }
    } finally {
      await this.#close()
    }
    return { files: this.#files, bytes: this.#bytes }
  }

  async #begin(member: ArchiveMember): Promise<void> {
    await this.#close()
    const inside = readMemberPath(member.name)
    const path = below(this.#target, inside)
    const { kind } = member
    if (kind === 'link') requireInnerLink(inside, member.linkTarget)
    this.#claims.take(path, kind === 'copy' ? 'file' : kind, this.#by)
    if (kind === 'folder') return this.#staging.addFolder(path)
    this.#files += 1
    if (kind === 'link') return this.#staging.addLink(path, member.linkTarget)
    if (kind === 'copy') return this.#copy(path, member)
    this.#open = { handle: await this.#staging.open(path, member.isExecutable), path }
    this.#sizes.set(path, 0)
  }

  async #copy(path: string, { name, linkTarget }: ArchiveMember): Promise<void> {
    const from = below(this.#target, readMemberPath(linkTarget))
    const bytes = this.#sizes.get(from)
    if (bytes === undefined)
      throw new RangeError(
        `${name} is a hard link to ${JSON.stringify(linkTarget)}, which is no file before it`,
      )
    await this.#staging.addCopy(path, from)
    this.#sizes.set(path, bytes)
    this.#bytes += bytes
  }

  async #write(piece: Buffer): Promise<void> {
    if (this.#open === null) return
    await this.#open.handle.writeFile(piece)
    this.#sizes.set(this.#open.path, (this.#sizes.get(this.#open.path) ?? 0) + piece.length)
    this.#bytes += piece.length
  }

  async #close(): Promise<void> {
    const open = this.#open
    this.#open = null
    await open?.handle.close()
  }
}
