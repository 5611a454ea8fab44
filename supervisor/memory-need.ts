// Whether a generation of workers with one model more has room beside the one that serves. Pure: no processes, no files.

import { byteSize } from '../runtime/byte-size.ts'

export interface MemoryView {
  /** Workers of the new generation. */
  readonly workerCount: number
  /** What each worker that serves holds for itself alone: a new one will have the same models. */
  readonly heldBytes: readonly number[]
  /** Size of the new model's files; 0 where nothing is known of it, or where it is loaded anew. */
  readonly modelBytes: number
  readonly free: {
    readonly bytes: number
    /** Where the number comes from, for people. */
    readonly origin: string
  }
}

/**
 * Why the new generation cannot have room; null where it may have.
 *
 * It runs beside the old one until it takes over, so it needs what the present workers hold once more, and the new model in each of them.
 * That is the least: weights take what their file does, and to load them twice that for a moment. So what is refused here is far
 * from fitting, and what is not refused may still be too much, which only the kernel can tell.
 */
export function lackOfMemory({ workerCount, heldBytes, modelBytes, free }: MemoryView): string | null {
  const held = heldBytes.reduce((sum, bytes) => sum + bytes, 0) / Math.max(1, heldBytes.length)
  const needBytes = workerCount * (held + modelBytes)
  if (needBytes <= free.bytes) return null
  const workers = workerCount === 1 ? '1 worker' : `${workerCount} workers`
  return (
    `not enough memory: ${workers} with ${byteSize(Math.round(held))} each, and ${byteSize(modelBytes)} for the new model in each, need at least ` +
    `${byteSize(Math.round(needBytes))} beside those that serve, and ${byteSize(free.bytes)} of ${free.origin} are left`
  )
}
