// A program: requests of which some block their worker. They are sent at a constant rate, whether or not those before them have
// been answered, or by clients that wait; the order is the first argument, as JSON, and the report goes to standard output.

import { once } from 'node:events'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { blockingSchedule } from './blocking-schedule.ts'
import { type LatencyReport, percentile, reportLatencies } from './latencies.ts'

export interface SteadyLoad {
  readonly url: string
  readonly seconds: number
  /** Requests per second; in its place how many clients send one after the other. */
  readonly pace: { readonly perSecond: number } | { readonly clients: number }
  /** One of so many requests blocks. */
  readonly oneIn: number
  /** For how long. */
  readonly blockMs: number
  readonly seed: number
}

export interface SteadyReport {
  readonly requestsPerSecond: number
  /** From the moment at which a request was to be sent, not the one at which it was: what waits in the generator waits too. */
  readonly blocking: LatencyReport
  readonly others: LatencyReport
  /** By how much requests were sent late. */
  readonly lateMs: number
  /** Each kind of failure that there was, with how often. */
  readonly failures: Readonly<Record<string, number>>
}

const TIMEOUT_MS = 30_000

const load: SteadyLoad = JSON.parse(process.argv[2] ?? '{}')
const isBlocking = blockingSchedule(load.oneIn, load.seed)
// in turns, so that none is idle for so long that its server closes it; as many as it takes
const agent = new Agent({ keepAlive: true, scheduling: 'fifo', maxFreeSockets: Number.POSITIVE_INFINITY })
const latencies: Record<'blocking' | 'others', number[]> = { blocking: [], others: [] }
const lateness: number[] = []
const failures: Record<string, number> = {}
let sent = 0

const startMs = performance.now()
const endMs = startMs + load.seconds * 1000
if ('clients' in load.pace) await Promise.all(Array.from({ length: load.pace.clients }, client))
else await sendSteadily(load.pace.perSecond)
const tookMs = performance.now() - startMs
agent.destroy()

const report: SteadyReport = {
  requestsPerSecond: (latencies.blocking.length + latencies.others.length) / (tookMs / 1000),
  blocking: reportLatencies(latencies.blocking),
  others: reportLatencies(latencies.others),
  lateMs: percentile(
    lateness.toSorted((a, b) => a - b),
    99,
  ),
  failures,
}
process.stdout.write(JSON.stringify(report))

async function client(): Promise<void> {
  for (let now = performance.now(); now < endMs; now = performance.now()) await send(now)
}

async function sendSteadily(perSecond: number): Promise<void> {
  const answers: Promise<void>[] = []
  const count = Math.floor(load.seconds * perSecond)
  while (answers.length < count) {
    const now = performance.now()
    for (let due = dueMs(answers.length); due <= now && answers.length < count; due = dueMs(answers.length))
      answers.push(send(due))
    // a timer of Node is a millisecond at least
    await sleep(1)
  }
  await Promise.all(answers)

  function dueMs(index: number): number {
    return startMs + (index * 1000) / perSecond
  }
}

/** @param intendedMs When it was to be sent. */
async function send(intendedMs: number): Promise<void> {
  const kind = isBlocking(sent++) ? 'blocking' : 'others'
  lateness.push(performance.now() - intendedMs)
  const failure = await post(JSON.stringify({ blockMs: kind === 'blocking' ? load.blockMs : 0 }))
  if (failure === null) latencies[kind].push(performance.now() - intendedMs)
  else failures[failure] = (failures[failure] ?? 0) + 1
}

/** @returns what failed, or null */
async function post(body: string): Promise<string | null> {
  const headers = { 'content-type': 'application/json', 'content-length': body.length }
  const request = httpRequest(load.url, { method: 'POST', agent, headers, timeout: TIMEOUT_MS })
  request.once('timeout', () => request.destroy(new Error('timeout')))
  request.end(body)
  try {
    const [answer] = (await once(request, 'response')) as [IncomingMessage] // true: the arguments of 'response'
    answer.resume()
    await once(answer, 'end')
    return answer.statusCode === 200 ? null : `status ${answer.statusCode}`
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}
