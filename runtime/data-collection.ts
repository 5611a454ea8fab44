// What is collected of a request that was scored, and who collects it.

import type { ErrorCode } from './errors.ts'

/** Takes what was scored, and never holds anybody up for it. */
export interface Collector {
  /** Most bytes of one body that are of use. */
  readonly bodyBytes: number
  /** Whether the next request is one of the sample. */
  wants(): boolean
  collect(request: CollectedRequest): void
}

export interface CollectedRequest {
  /** When it came in, in milliseconds since 1970. */
  readonly timeMs: number
  readonly requestId: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly error: ErrorCode | null
  /** Null where it is not known, or nothing ran. */
  readonly runMs: number | null
  readonly input: CollectedBody
  /** Null where there is none but an error. */
  readonly output: CollectedBody | null
}

export interface CollectedBody {
  readonly contentType: string | null
  /** All of it, or its first bytes. */
  readonly kept: string | Uint8Array
  /** Length of the whole in bytes, where `kept` is a part of it; else null. */
  readonly cutFrom: number | null
  /** Length of the JSON that binary tensors follow, in bytes; null where none do. */
  readonly jsonBytes: number | null
}

/** Most bytes of UTF-8 that a character of a JavaScript string takes. */
const MOST_CHARACTER_BYTES = 3

/**
 * A body, or as much of it as is of use. Of what is too long a copy is kept, so that nobody holds on to the rest; what fits is
 * kept as it is, for a copy would be made while the client waits.
 */
export function keep(
  body: string | Uint8Array,
  bodyBytes: number,
  about: Pick<CollectedBody, 'contentType' | 'jsonBytes'>,
): CollectedBody {
  const { contentType, jsonBytes } = about
  if (typeof body !== 'string') {
    const fits = body.length <= bodyBytes
    const kept = fits ? body : new Uint8Array(body.subarray(0, bodyBytes))
    return { contentType, kept, cutFrom: fits ? null : body.length, jsonBytes }
  }
  const length = body.length * MOST_CHARACTER_BYTES <= bodyBytes ? 0 : Buffer.byteLength(body)
  if (length <= bodyBytes) return { contentType, kept: body, cutFrom: null, jsonBytes }
  const kept = Buffer.from(body.slice(0, bodyBytes)).subarray(0, bodyBytes)
  return { contentType, kept, cutFrom: length, jsonBytes }
}

/** How much memory it holds, in bytes: of a view that is all that it is a view of. */
export function heldBytes({ input, output }: CollectedRequest): number {
  return heldBy(input.kept) + (output === null ? 0 : heldBy(output.kept))
}

function heldBy(kept: string | Uint8Array): number {
  return typeof kept === 'string' ? 2 * kept.length : kept.buffer.byteLength
}
