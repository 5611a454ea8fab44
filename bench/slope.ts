// How fast something grows.

export interface Point {
  readonly x: number
  readonly y: number
}

/**
 * Of the line through points from which their squared distances are least.
 *
 * @returns null where there are not two different x
 */
export function slope(points: readonly Point[]): number | null {
  const mean = (of: (point: Point) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const meanX = mean(({ x }) => x)
  const meanY = mean(({ y }) => y)
  const variance = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0)
  const covariance = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0)
  return variance > 0 ? covariance / variance : null
}

/** Of those points whose x lies in the upper half of all. */
export function slopeOfSecondHalf(points: readonly Point[]): number | null {
  const all = points.map(({ x }) => x)
  const middle = (Math.min(...all) + Math.max(...all)) / 2
  return slope(points.filter(({ x }) => x >= middle))
}
