// What an archive is to whoever unpacks it, whatever its format.

/** What is said of a member before its bytes come; the bytes of a file follow it. */
export interface ArchiveMember {
  /** A copy is a hard link: its bytes are those of an earlier member. */
  readonly kind: 'file' | 'folder' | 'link' | 'copy'
  /** As the archive has it, so not to be trusted. */
  readonly name: string
  readonly isExecutable: boolean
  /** Of a link where it leads, of a copy the name of the earlier member; else empty. */
  readonly linkTarget: string
}

export type ArchivePiece = ArchiveMember | Buffer

export interface Archive {
  /** What onProgress will have been told in the end: bytes of the archive, or of what is in it. */
  readonly totalBytes: number
  /** Errors are thrown on the way: of what came before, nothing may have been put to use. */
  pieces(onProgress: (bytes: number) => void): AsyncGenerator<ArchivePiece>
}

export const READ_CHUNK_BYTES = 1_048_576
