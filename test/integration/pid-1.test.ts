// The runtime as process 1 of a container: orphans are reaped, signals arrive, the exit code is the runtime's.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { FRONT } from '../support/front.ts'
import { PATIENCE_MS, type Runtime, startReady, startRuntime } from '../support/start-runtime.ts'

interface ProcessSeen {
  readonly pid: number
  readonly command: string
  /** As in /proc: Z is a zombie. */
  readonly state: string
  readonly parent: number
}

/** Process ids of its own, as a container has them; all in it dies with unshare. */
const NAMESPACE = [
  'unshare',
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
  ...['--pid', '--fork', '--mount-proc', '--kill-child'],
]
const TINI_FILES = '/usr/bin/tini /sbin/tini'
/** Nobody can execute /dev/null. The mounts are the namespace's own. */
const HIDE_TINI = `for f in ${TINI_FILES}; do [ ! -e $f ] || mount --bind /dev/null $f; done; exec "$@"`
const ENV = { WORKER_COUNT: '1', SCOREHOST_DRAIN_DELAY_MS: '0' }

const works = (command: readonly string[]) =>
  spawnSync(command[0] ?? '', command.slice(1), { stdio: 'ignore' }).status === 0
const noNamespace = works([...NAMESPACE, 'true']) ? false : `${NAMESPACE.join(' ')} does not work here`
const noTini = works(['tini', '--version']) ? false : 'there is no tini here'

it('orphans of a score module are reaped', { skip: noNamespace || noTini }, async () => {
  await using runtime = await startReady({ module: 'orphans', wrap: NAMESPACE, env: ENV })
  const init = (await processes(runtime)).find(({ pid }) => pid === 1)
  assert.match(String(init?.command), 'execve' in process ? /^tini$/ : /^(node|MainThread)$/)
  const orphans = await leaveOrphans(runtime)
  await until('every orphan is reaped', async () => {
    const left = (await processes(runtime)).filter(({ pid, state }) => orphans.includes(pid) || state === 'Z')
    return left.length === 0
  })
  assert.deepEqual(warnings(runtime), [])
  signalInit(runtime, 'SIGTERM')
  assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
})

it('SIGTERM to process 1 answers what is in flight and exits with 0', {
  skip: noNamespace || noTini,
}, async () => {
  await using runtime = await startReady({ module: 'orphans', wrap: NAMESPACE, env: ENV })
  const underWay = runtime.score({ do: 'sleep', ms: 1000 })
  await runtime.waitForLog(line => line.msg === 'sleeping')
  signalInit(runtime, 'SIGTERM')
  assert.deepEqual((await underWay).json, { slept: 1000 })
  assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
  assert.equal(runtime.log.filter(line => line.msg === 'SIGTERM: stopping').length, 1)
})

it('a second signal to process 1 ends all at once', { skip: noNamespace || noTini }, async () => {
  await using runtime = await startReady({ module: 'orphans', wrap: NAMESPACE, env: ENV })
  const underWay = assert.rejects(runtime.score({ do: 'sleep', ms: 60_000 }))
  await runtime.waitForLog(line => line.msg === 'sleeping')
  signalInit(runtime, 'SIGTERM')
  await runtime.waitForLog(line => line.msg === 'SIGTERM: stopping')
  signalInit(runtime, 'SIGINT')
  assert.deepEqual(await runtime.end, { exitCode: 130, signal: null })
  await underWay
})

it('a failing start exits with its own code', { skip: noNamespace || noTini }, async () => {
  await using runtime = await startRuntime({ module: 'init-throws', wrap: NAMESPACE, env: ENV })
  assert.deepEqual(await runtime.end, { exitCode: 3, signal: null })
})

it('a supervisor that is killed ends the container', { skip: noNamespace || noTini }, async () => {
  await using runtime = await startReady({ module: 'orphans', wrap: NAMESPACE, env: ENV })
  const answer = runtime.score({ do: 'killSupervisor' })
  // nginx and the worker may outlive it for long enough to answer
  if (FRONT === 'nginx') await answer.catch(() => null)
  else await assert.rejects(answer)
  assert.deepEqual(await runtime.end, { exitCode: 137, signal: null })
})

it('without tini the log says so once, and the service goes on', { skip: noNamespace }, async () => {
  await using runtime = await startReady({
    module: 'orphans',
    wrap: [...NAMESPACE, 'sh', '-c', HIDE_TINI, 'sh'],
    env: { ...ENV, PATH: '/usr/bin:/bin' },
  })
  const orphans = await leaveOrphans(runtime)
  // what the test of the orphans would see if nobody reaped them
  await until('every orphan is a zombie', async () => {
    const left = (await processes(runtime)).filter(({ pid, state }) => orphans.includes(pid) && state === 'Z')
    return left.length === orphans.length
  })
  assert.equal(warnings(runtime).length, 1, warnings(runtime).join('\n'))
  assert.match(
    String(warnings(runtime)[0]),
    /orphans .* will not be reaped; install tini .* docker run --init/,
  )
  signalInit(runtime, 'SIGTERM')
  assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
})

async function processes(runtime: Runtime): Promise<readonly ProcessSeen[]> {
  const { json } = await runtime.score({ do: 'processes' })
  return json['processes'] as ProcessSeen[] // true: what the fixture returns
}

async function leaveOrphans(runtime: Runtime): Promise<number[]> {
  const answers = await Promise.all([1, 2, 3].map(() => runtime.score({ do: 'orphan' })))
  return answers.map(({ json }) => Number(json['pid']))
}

/** unshare does not pass signals on; its only child is process 1. */
function signalInit({ process: { pid: unshare } }: Runtime, signal: NodeJS.Signals): void {
  process.kill(Number(readFileSync(`/proc/${unshare}/task/${unshare}/children`, 'utf8')), signal)
}

function warnings({ log }: Runtime): string[] {
  return log.filter(line => line.level === 'warn').map(line => line.msg)
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await sleep(50)) {
    if (await holds()) return
  }
  assert.fail(`${PATIENCE_MS} ms went by before ${what}`)
}
