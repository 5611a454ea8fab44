// What a load generator prints, read.

export interface LoadReport {
  /** Answers with a status of 2xx. */
  readonly answered: number
  readonly requestsPerSecond: number
  /** Of the answers' latencies, where the generator tells them finely enough. */
  readonly percentiles: { readonly p50Micros: number; readonly p99Micros: number } | null
  /** Each kind of failure that there was, with how often. */
  readonly failures: Readonly<Record<string, number>>
}

const MICROS_PER_UNIT: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
}

/** Of `wrk --latency`. @throws Error where it is no such report */
export function readWrk(text: string): LoadReport {
  const [, requests] = /(\d+) requests in /.exec(text) ?? []
  const [, perSecond] = /^Requests\/sec:\s*([\d.]+)$/m.exec(text) ?? []
  if (requests === undefined || perSecond === undefined) throw unreadable('wrk', text)
  const [, connect = 0, read = 0, write = 0, timeout = 0] =
    /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text) ?? []
  const [, other = 0] = /Non-2xx or 3xx responses: (\d+)/.exec(text) ?? []
  const [p50Micros, p99Micros] = [readPercentile(text, 50), readPercentile(text, 99)]
  if (p50Micros === null || p99Micros === null) throw unreadable('wrk', text)
  return report(
    Number(requests) - Number(other),
    Number(perSecond),
    { p50Micros, p99Micros },
    {
      connect: Number(connect),
      read: Number(read),
      write: Number(write),
      timeout: Number(timeout),
      'other status': Number(other),
    },
  )
}

function readPercentile(text: string, percent: number): number | null {
  const [, value, unit = ''] = new RegExp(`^ *${percent}% +([\\d.]+)(us|ms|s|m|h) *$`, 'm').exec(text) ?? []
  const micros = MICROS_PER_UNIT[unit]
  return value === undefined || micros === undefined ? null : Number(value) * micros
}

/** Of autocannon's result as JSON, whose latencies are whole milliseconds. @throws Error where it is no such report */
export function readAutocannon(text: string): LoadReport {
  const { '2xx': answered, non2xx, errors, timeouts, resets, duration } = parse(text)
  if (answered === undefined || duration === undefined) throw unreadable('autocannon', text)
  return report(answered, answered / duration, null, {
    'other status': non2xx ?? 0,
    error: (errors ?? 0) - (timeouts ?? 0),
    timeout: timeouts ?? 0,
    reset: resets ?? 0,
  })
}

/** @throws Error that names the contestant, where anything failed or nothing was answered: such a measurement measures nothing */
export function requireClean(report: LoadReport, contestant: string): void {
  requireNoFailure(report, contestant)
  if (report.answered === 0) throw new Error(`${contestant}: no request was answered under load`)
}

/**
 * Of a warm-up, in which a large body need not get through.
 *
 * @throws Error that names the contestant, where anything failed
 */
export function requireNoFailure({ failures }: LoadReport, contestant: string): void {
  const found = Object.entries(failures).map(([kind, count]) => `${kind} ${count}`)
  if (found.length > 0) throw new Error(`${contestant}: requests failed under load: ${found.join(', ')}`)
}

function parse(text: string): Partial<Record<string, number>> {
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable('autocannon', text)
  }
}

function report(
  answered: number,
  requestsPerSecond: number,
  percentiles: LoadReport['percentiles'],
  kinds: Readonly<Record<string, number>>,
): LoadReport {
  const failures = Object.fromEntries(Object.entries(kinds).filter(([, count]) => count > 0))
  return { answered, requestsPerSecond, percentiles, failures }
}

function unreadable(program: string, text: string): Error {
  return new Error(`this is no report of ${program}: ${text.slice(0, 1000) || '(nothing)'}`)
}
