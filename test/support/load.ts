// A steady load of clients that send one request after the other over connections of their own.

import { Agent, request as httpRequest } from 'node:http'
import { PATIENCE_MS } from './start-runtime.ts'

export interface Outcome {
  /** HTTP status, or 0 where there was no whole answer: the connection broke, or the deadline passed. */
  readonly status: number
  /** `code` of an error body, why there was no answer, or null. */
  readonly code: string | null
  /** The answer said `Connection: close`. */
  readonly closes: boolean
}

export interface Load {
  readonly outcomes: readonly Outcome[]
  /** Requests begun; each of them has an outcome once the load has stopped. */
  readonly sent: number
  /** Settles when this many more requests have been answered. */
  answered(count: number): Promise<void>
  /** Lets the requests that are under way finish. */
  stop(): Promise<readonly Outcome[]>
  /** Also where the test fails: a client that is not stopped asks a dead service for ever. */
  [Symbol.dispose](): void
}

/** Starts `clients` clients that POST `body` to a path until they are stopped. */
export function startLoad(url: string, clients: number, body: string, path = '/score'): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const outcomes: Outcome[] = []
  const waiting = new Set<() => void>()
  let stopped = false
  let sent = 0
  const client = async () => {
    while (!stopped) {
      sent++
      outcomes.push(await post(`${url}${path}`, body, agent))
      for (const look of waiting) look()
    }
  }
  const clientsDone = Promise.all(Array.from({ length: clients }, client))
  return {
    outcomes,
    get sent() {
      return sent
    },
    answered(count) {
      const wanted = outcomes.length + count
      return new Promise(resolve => {
        const look = () => {
          if (outcomes.length < wanted) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
      })
    },
    [Symbol.dispose]() {
      stopped = true
    },
    async stop() {
      stopped = true
      await clientsDone
      agent.destroy()
      return outcomes
    },
  }
}

/** How often each status came, with the code of those that have one: `{'200': 980, '502 ERR_WORKER_LOST': 3}`. */
export function tally(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, code } of outcomes) {
    const key = code === null ? String(status) : `${status} ${code}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

function post(url: string, body: string, agent: Agent): Promise<Outcome> {
  return new Promise(resolve => {
    const headers = { 'content-type': 'application/json' }
    const unanswered = (code: string) => resolve({ status: 0, code, closes: false })
    const outgoing = httpRequest(url, { method: 'POST', agent, headers }, answer => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', chunk => {
        text += chunk
      })
      answer.on('end', () => resolve(outcomeOf(answer.statusCode ?? 0, answer.headers.connection, text)))
      answer.on('error', () => unanswered('broken answer'))
    })
    const deadline = setTimeout(() => {
      unanswered('no answer in time')
      outgoing.destroy()
    }, PATIENCE_MS)
    outgoing.on('close', () => clearTimeout(deadline))
    outgoing.on('error', (error: NodeJS.ErrnoException) => unanswered(error.code ?? error.message))
    outgoing.end(body)
  })
}

function outcomeOf(status: number, connection: string | undefined, text: string): Outcome {
  return { status, code: status === 200 ? null : codeOf(text), closes: connection === 'close' }
}

/** The code of an error body. */
export function codeOf(text: string): string {
  try {
    return String(JSON.parse(text).code)
  } catch {
    return 'no error body'
  }
}
