// Where the benchmarks are not tested.

/** For `skip` of a test: why; false where they are. CI says SKIP_BENCHMARKS=1 where it has tested them before. */
export function noBenchmarks(): string | false {
  if (process.env['SKIP_BENCHMARKS'] === '1') return 'SKIP_BENCHMARKS is set'
  return process.platform !== 'linux' && 'it reads /proc'
}
