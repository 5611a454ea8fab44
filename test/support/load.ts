// A steady load of clients that send one request after the other over connections of their own.

import { Agent, request as httpRequest } from 'node:http'

export interface Outcome {
  /** HTTP status, or 0 where the connection broke. */
  readonly status: number
  /** `code` of an error body, else null. */
  readonly code: string | null
}

export interface Load {
  readonly outcomes: readonly Outcome[]
  /** Settles when this many more requests have been answered. */
  answered(count: number): Promise<void>
  /** Lets the requests that are under way finish. */
  stop(): Promise<readonly Outcome[]>
  /** Also where the test fails: a client that is not stopped asks a dead service for ever. */
  [Symbol.dispose](): void
}

/** Starts `clients` clients that POST `body` to /score until they are stopped. */
export function startLoad(url: string, clients: number, body: string): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const outcomes: Outcome[] = []
  const waiting = new Set<() => void>()
  let stopped = false
  const client = async () => {
    while (!stopped) {
      outcomes.push(await post(url, body, agent))
      for (const look of waiting) look()
    }
  }
  const clientsDone = Promise.all(Array.from({ length: clients }, client))
  return {
    outcomes,
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
    const outgoing = httpRequest(`${url}/score`, { method: 'POST', agent, headers }, answer => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', chunk => {
        text += chunk
      })
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, code: codeOf(answer.statusCode, text) }),
      )
      answer.on('error', () => resolve({ status: 0, code: 'broken answer' }))
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ status: 0, code: error.code ?? error.message }),
    )
    outgoing.end(body)
  })
}

function codeOf(status: number | undefined, text: string): string | null {
  return status === 200 ? null : JSON.parse(text).code
}
