// A service without a public port: its score module fetches its work itself, here from a folder.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../support/listener.ts'
import { listeningPorts, processTree } from '../support/open-ports.ts'
import {
  PATIENCE_MS,
  type Runtime,
  repositoryPath,
  runCli,
  startReady,
  startRuntime,
} from '../support/start-runtime.ts'

// the socket of a service without a port has one name: in a folder of its own it is this test's
const OUTER = process.env['TMPDIR']
const FOLDER = mkdtempSync(join(tmpdir(), 'scorehost-test-'))
process.env['TMPDIR'] = FOLDER
after(() => {
  if (OUTER === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = OUTER
  rmSync(FOLDER, { recursive: true, force: true })
})

const SOCKET = join(FOLDER, 'scorehost-none.sock')
const HEALTHCHECK = repositoryPath('image/healthcheck')
const ENV = {
  SCOREHOST_PROFILE: 'eas',
  QUEUE: join(FOLDER, 'queue'),
  WORKER_COUNT: '2',
}
const FLAGS = ['--port', 'none']

describe('a service without a port', () => {
  let runtime: Runtime
  before(async () => {
    for (const name of ['in', 'out']) mkdirSync(join(ENV.QUEUE, name), { recursive: true })
    runtime = await startReady({ module: 'queue', env: ENV, flags: FLAGS })
  })
  after(async () => {
    await runtime[Symbol.asyncDispose]()
  })

  it('says so, and listens on none', () => {
    assert.deepEqual(runtime.stdout, ['Scorehost is ready, without a public port'])
    assert.ok(runtime.log.some(({ msg }) => msg.startsWith('no public port (flag --port)')))
    assert.deepEqual(listeningPorts(processTree(Number(runtime.process.pid))), [])
  })

  it('does the work that its module fetches', async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => index)
    const done = await Promise.all(numbers.map(number => work(`job-${number}`, { number })))
    assert.deepEqual(
      done.map(({ doubled }) => doubled),
      numbers.map(number => 2 * number),
    )
  })

  it('is healthy by its socket, as the health check of the image asks', async () => {
    assert.equal(await statusAt('/readyz'), 200)
    assert.equal(await statusAt('/livez'), 200)
    assert.equal(await statusAt('/score'), 404)
    assert.equal(await healthcheck(), 0)
  })

  it('is found by scorehost status and scorehost reload, and works on', async () => {
    const { exitCode, stdout, stderr } = await runCli(['status', '--port', 'none'])
    assert.equal(exitCode, 0, stderr)
    assert.match(stdout, /^ready without a public port, pid \d+, .* generation 0,/)
    assert.match(stdout, /unix:|worker-\d+\.sock/)

    const pids = (await runtime.status()).workers.map(({ pid }) => pid)
    const reload = await runCli(['reload', '--port', 'none'])
    assert.equal(reload.exitCode, 0, reload.stderr)
    const after = await runtime.waitForStatus(
      ({ workers }) => workers.length === 2 && workers.every(({ generation }) => generation === 1),
    )
    assert.ok(after.workers.every(({ pid }) => !pids.includes(pid)))
    assert.equal((await work('after-reload', { number: 21 })).doubled, 42)
    assert.deepEqual(listeningPorts(processTree(Number(runtime.process.pid))), [])
  })

  it('keeps its socket where another of its kind is started beside it', async () => {
    await using second = await startReady({ module: 'behaviours', env: ENV, flags: FLAGS })
    const warning = await second.waitForLog(({ level }) => level === 'warn')
    assert.match(warning.msg, /^scorehost status and scorehost reload will not work/)
    assert.equal((await runtime.status()).pid, runtime.process.pid)
    second.process.kill('SIGTERM')
    assert.deepEqual(await second.end, { exitCode: 0, signal: null })
    assert.equal((await runtime.status()).pid, runtime.process.pid)
  })

  it('ends by SIGTERM with 0 once its module has finished what it has begun', async () => {
    const slow = work('slow', { number: 4, ms: 500 })
    await runtime.waitForLog(({ msg }) => msg === 'begun slow')
    runtime.process.kill('SIGTERM')
    assert.deepEqual(await runtime.end, { exitCode: 0, signal: null })
    assert.equal((await slow).doubled, 8)
    assert.ok(
      !runtime.log.some(({ msg }) => msg.startsWith('draining: serving on')),
      'there is nobody to serve',
    )
    assert.equal(existsSync(SOCKET), false)
    assert.notEqual(await healthcheck(), 0)
    const { exitCode, stderr } = await runCli(['status', '--port', 'none'])
    assert.match(stderr, /There is no service without a public port here/)
    assert.equal(exitCode, 2)
  })
})

it('without a port is not healthy before it is ready, and its health port says so too', async () => {
  const startWhen = join(FOLDER, 'go')
  const healthPort = await freePort()
  await using runtime = await startRuntime({
    module: 'slow-init',
    env: { ...ENV, WORKER_COUNT: '1', START_WHEN: startWhen, SCOREHOST_HEALTH_PORT: `${healthPort}` },
    flags: FLAGS,
  })
  await until('the door answers', () =>
    statusAt('/livez').then(
      () => true,
      () => false,
    ),
  )
  const probe = async () => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).status
  assert.deepEqual([await statusAt('/livez'), await statusAt('/readyz'), await probe()], [200, 503, 503])
  assert.notEqual(await healthcheck(), 0)

  writeFileSync(startWhen, '')
  await runtime.ready
  assert.deepEqual([await statusAt('/readyz'), await probe(), await healthcheck()], [200, 200, 0])
  assert.deepEqual(listeningPorts(processTree(Number(runtime.process.pid))), [healthPort])
})

/** Puts a job into the queue, whole from the moment it is there, and waits for what comes of it. */
async function work(name: string, job: object): Promise<{ readonly doubled: number }> {
  const [draft, place, result] = [`${name}.draft`, `in/${name}`, `out/${name}`].map(path =>
    join(ENV.QUEUE, path),
  ) as [string, string, string] // true: three go in
  writeFileSync(draft, JSON.stringify(job))
  renameSync(draft, place)
  await until(`${name} is done`, () => existsSync(result))
  return JSON.parse(readFileSync(result, 'utf8'))
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await sleep(10)) {
    if (await holds()) return
  }
  assert.fail(`${PATIENCE_MS} ms went by before ${what}`)
}

/** What the supervisor's own door answers. */
function statusAt(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ socketPath: SOCKET, path, agent: false }, answer => {
      answer.resume().once('end', () => resolve(answer.statusCode))
    })
      .once('error', reject)
      .end()
  })
}

/** Exit code of the image's script, run as in the container. */
function healthcheck(): Promise<number> {
  const env = { ...process.env, SCOREHOST_PORT: 'none' }
  return new Promise(resolve => {
    execFile('sh', [HEALTHCHECK], { env }, error => resolve(error === null ? 0 : Number(error.code ?? -1)))
  })
}
