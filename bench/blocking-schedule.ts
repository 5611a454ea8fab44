// Which requests of a load block: one of so many, at a place that is left to chance, but the same in every run.

/** Whether the n-th request blocks, from 0 on. */
export type BlockingSchedule = (index: number) => boolean

/** @param oneIn Of each so many in a row exactly one does. */
export function blockingSchedule(oneIn: number, seed: number): BlockingSchedule {
  return index => {
    const group = Math.floor(index / oneIn)
    return index - group * oneIn === Math.floor(chance(group, seed) * oneIn)
  }
}

/**
 * Of [0, 1): the n-th number of mulberry32, which needs none of those before it.
 *
 * @see https://github.com/cprosche/mulberry32
 */
function chance(index: number, seed: number): number {
  let state = (seed + Math.imul(index + 1, 0x6d2b79f5)) | 0
  state = Math.imul(state ^ (state >>> 15), state | 1)
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61)
  return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32
}
