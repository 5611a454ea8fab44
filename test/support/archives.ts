// Archives as their programs would never write them, made byte by byte.

import { crc32, deflateRawSync } from 'node:zlib'
import { Header } from 'tar'

export interface TarMember {
  readonly path: string
  readonly type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'FIFO'
  readonly text?: string
  readonly mode?: number
  readonly linkpath?: string
}

/** A tar archive with its end. */
export function tarOf(members: readonly TarMember[]): Buffer {
  const blocks = members.flatMap(({ path, type = 'File', text = '', mode = 0o644, linkpath }) => {
    const bytes = Buffer.from(text)
    const head = Buffer.alloc(512)
    new Header({
      path,
      type,
      mode,
      size: bytes.length,
      ...(linkpath === undefined ? {} : { linkpath }),
    }).encode(head)
    return [head, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

export interface ZipMember {
  readonly name: string
  readonly text?: string
  /** As stat has it, with the type of the file. */
  readonly mode?: number
  /** Bit 0: encrypted. */
  readonly flags?: number
  /** Unset: the right one. */
  readonly checksum?: number
}

/** A zip archive as one of Unix, its members deflated. */
export function zipOf(members: readonly ZipMember[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, text = '', mode = 0o100644, flags = 0, checksum } of members) {
    const bytes = Buffer.from(text)
    const packed = deflateRawSync(bytes)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(flags, 2)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(checksum ?? crc32(bytes), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(bytes.length, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(mode * 0x10000, 6)
    rest.writeUInt32LE(offset, 10)
    const madeOnUnix = Buffer.from([20, 3])
    directory.push(Buffer.from('PK\x01\x02'), madeOnUnix, fields, rest, Buffer.from(name))
    locals.push(local)
    offset += local.length
  }
  const end = Buffer.alloc(18)
  end.writeUInt16LE(members.length, 4)
  end.writeUInt16LE(members.length, 6)
  end.writeUInt32LE(Buffer.concat(directory).length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, ...directory, Buffer.from('PK\x05\x06'), end])
}
