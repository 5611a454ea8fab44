// A number of bytes as people read it.

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB']

/** `812 B`, `1.5 KiB`, `512 MiB`: at most one decimal. */
export function byteSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  // 1023.96 KiB would be rounded to 1024 KiB, which is 1 MiB
  const power = Math.min(UNITS.length, Math.floor(Math.log2(bytes * (1 + 0.05 / 1024)) / 10))
  return `${Math.round((bytes / 1024 ** power) * 10) / 10} ${UNITS[power - 1]}`
}
