// From the start of the program to the first answer.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { repositoryPath } from '../../test/support/start-runtime.ts'
import { endWithBench } from '../children.ts'
import { freePort } from '../free-port.ts'
import { IRIS_REQUEST } from '../iris-request.ts'
import { takeRounds } from '../rounds.ts'
import { choose, type Scenario } from '../scenario.ts'
import { type Column, makeSection } from '../section.ts'
import { leastTarget } from '../verdict.ts'

const CONTESTANTS = ['require', 'node', 'nginx'] as const
type Starter = (typeof CONTESTANTS)[number]
const BASELINE = 'require'
const PROGRAM = repositoryPath('dist/cli/scorehost.js')
const APP_ROOT = repositoryPath('samples/iris')
const POLL_MS = 3
const PATIENCE_MS = 30_000

const COLUMNS: readonly Column[] = [{ measure: 'startMs', hasRatio: true }]
const TARGETS = ['node', 'nginx'].map(contestant => leastTarget(contestant, 'startMs', 2, BASELINE))

export const START: Scenario = {
  name: 'start',
  title: 'from the start of the service to its first answer',
  contestants: CONTESTANTS,
  async measure(bench) {
    const names = choose(bench, CONTESTANTS, BASELINE)
    if (names.length === 0) return []
    const targets = TARGETS.filter(({ contestant }) => bench.chosen.has(contestant))
    // the first time the files are read from the disk
    for (const name of names) await startMs(name)
    const measured = await takeRounds(
      names.map(name => ({ name })),
      bench.rounds,
      async ({ name }) => ({ startMs: await startMs(name) }),
    )
    const plan = { title: 'start to first answer', baseline: BASELINE, columns: COLUMNS, targets }
    return [makeSection(plan, measured, bench.absent)]
  },
}

function startMs(name: Starter): Promise<number> {
  return name === BASELINE ? requireMs() : serviceMs(name)
}

/** What loading the engine alone takes, which no service that uses it can do without. */
async function requireMs(): Promise<number> {
  const start = performance.now()
  const child = spawn(process.execPath, ['-e', "require('onnxruntime-node')"], {
    cwd: repositoryPath('.'),
    stdio: 'ignore',
    env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
  })
  const [exitCode] = await once(child, 'exit')
  if (exitCode !== 0) throw new Error(`onnxruntime-node cannot be loaded, exit code ${exitCode}`)
  return performance.now() - start
}

/** @throws Error where it does not answer, or does not end as it should */
async function serviceMs(front: 'node' | 'nginx'): Promise<number> {
  const port = await freePort()
  const start = performance.now()
  const child = spawn(
    process.execPath,
    [PROGRAM, 'serve', '--app-root', APP_ROOT, '--port', `${port}`, '--front', front],
    { stdio: 'ignore' },
  )
  endWithBench(child, 'SIGINT')
  try {
    while (!(await answers(port))) {
      if (child.exitCode !== null || performance.now() - start > PATIENCE_MS)
        throw new Error(`the service with the front ${front} does not answer`)
      await sleep(POLL_MS)
    }
    return performance.now() - start
  } finally {
    await end(child)
  }
}

/** @throws Error where it does not end as it should */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null) {
    const exit = once(child, 'exit')
    // SIGTERM would wait for load balancers first
    child.kill('SIGINT')
    const overdue = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
    await exit
    clearTimeout(overdue)
  }
  if (child.exitCode !== 0)
    throw new Error(`the service ended with ${child.signalCode ?? `exit code ${child.exitCode}`}`)
}

async function answers(port: number): Promise<boolean> {
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    path: '/score',
    method: 'POST',
    headers: IRIS_REQUEST.headers,
    agent: false,
  })
  request.end(IRIS_REQUEST.body)
  try {
    const [answer] = (await once(request, 'response')) as [IncomingMessage] // true: the arguments of 'response'
    answer.resume()
    return answer.statusCode === 200
  } catch {
    return false
  }
}
