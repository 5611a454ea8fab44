// Streams 20 pieces of 200 bytes, each in a turn of the event loop of its own, as bench/baselines/stream.ts does.

import { setImmediate as nextTurn } from 'node:timers/promises'

const PIECES = 20
const PIECE = 'x'.repeat(200)

export async function* run() {
  for (let piece = 0; piece < PIECES; piece++) {
    await nextTurn()
    yield PIECE
  }
}
