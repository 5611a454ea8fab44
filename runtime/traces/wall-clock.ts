// The time of spans: performance.now() has their microseconds, and the system's clock where that has got to.

/** What the two may be apart: a clock that is set, or a machine that slept, moves them. */
const TOLERANCE_MS = 20

let originMs = performance.timeOrigin

/**
 * What is to be added to performance.now() for milliseconds since 1970. All times of one request have the same, or a clock that
 * is set in between would turn them round.
 */
export function clockOrigin(): number {
  const driftMs = Date.now() - (originMs + performance.now())
  if (Math.abs(driftMs) > TOLERANCE_MS) originMs += driftMs
  return originMs
}
