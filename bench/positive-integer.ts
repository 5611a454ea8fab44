// A number on the benchmarks' command lines.

/** @throws RangeError */
export function positiveInteger(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`"${text}" is no whole number above 0`)
  return value
}
