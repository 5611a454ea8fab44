// A new generation of workers takes over without one failed or reset request; a broken one does not take over.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { startLoad, tally } from '../support/load.ts'
import { type Runtime, runCli, startReady } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const BROKEN = 'export const run = (\n'

function write(folder: string, source: string): void {
  writeFileSync(join(folder, 'score.mjs'), source)
}

/** Takes a few milliseconds, some of them with the event loop blocked: the hard case for a worker that drains. */
function version(number: number): string {
  return `export async function run() {
    await new Promise(resolve => setTimeout(resolve, 3))
    for (const end = performance.now() + 1; performance.now() < end; );
    return { version: ${number} }
  }`
}

async function start(
  t: TestContext,
  flags: readonly string[] = [],
): Promise<{ folder: string; runtime: Runtime }> {
  const folder = temporaryFolder(t)
  write(folder, version(1))
  return { folder, runtime: await startReady({ module: folder, env: { WORKER_COUNT: '2' }, flags }) }
}

async function served(runtime: Runtime): Promise<unknown> {
  return (await runtime.score({})).json['version']
}

describe('a reload under load', () => {
  it('by SIGHUP, by scorehost reload, and again: every request is answered with 200', async t => {
    const { folder, runtime } = await start(t)
    await using _ = runtime
    using load = startLoad(runtime.url, 16, '{}')
    await load.answered(100)

    write(folder, version(2))
    runtime.process.kill('SIGHUP')
    await runtime.waitForLog(line => line.msg === 'reloaded: generation 1 serves')
    assert.equal(await served(runtime), 2)

    for (const number of [3, 4, 5]) {
      write(folder, version(number))
      const { exitCode, stdout } = await runCli(['reload', '--port', `${runtime.port}`])
      assert.equal(stdout, `scorehost: reloaded: generation ${number - 1} serves`)
      assert.equal(exitCode, 0)
      assert.equal(await served(runtime), number)
      await load.answered(100)
    }
    await runtime.waitForStatus(status => status.workers.length === 2)
    assert.deepEqual(Object.keys(tally(await load.stop())), ['200'])
  })

  it('ends old workers that listen on Unix sockets as soon as they have answered, though connections to them are kept', async t => {
    const { runtime } = await start(t, ['--worker-address', 'unix'])
    await using _ = runtime
    for (let round = 0; round < 4; round++) assert.equal(await served(runtime), 1)
    runtime.process.kill('SIGHUP')
    await runtime.waitForLog(line => line.msg === 'reloaded: generation 1 serves')
    await runtime.waitForStatus(status => status.workers.length === 2)
    assert.deepEqual(
      runtime.log.filter(({ msg }) => /drain timeout/.test(msg)),
      [],
    )
  })

  it('with a broken module leaves the old workers serving and says why', async t => {
    const { folder, runtime } = await start(t)
    await using _ = runtime
    using load = startLoad(runtime.url, 16, '{}')
    await load.answered(100)

    write(folder, BROKEN)
    const { exitCode, stderr } = await runCli(['reload', '--port', `${runtime.port}`])
    assert.match(
      stderr,
      /^scorehost: reload failed: .*score\.mjs cannot be loaded: SyntaxError: .*score\.mjs:2\)/,
    )
    assert.equal(exitCode, 3)
    const line = await runtime.waitForLog(candidate =>
      /^reload failed: .* generation 0 serves on$/.test(candidate.msg),
    )
    assert.equal(line['code'], 'ERR_MODULE_LOAD')
    assert.equal(await served(runtime), 1)

    write(folder, version(2))
    assert.equal((await runCli(['reload', '--port', `${runtime.port}`])).exitCode, 0)
    assert.equal(await served(runtime), 2)
    assert.deepEqual(Object.keys(tally(await load.stop())), ['200'])
  })
})

it('--watch reloads when a file changes', async t => {
  const { folder, runtime } = await start(t, ['--watch'])
  await using _ = runtime
  await runtime.waitForLog(line => line.msg.startsWith('watching'))
  write(folder, version(2))
  await runtime.waitForLog(line => /score\.mjs changed: reloading/.test(line.msg))
  await runtime.waitForLog(line => /^reloaded: generation \d serves$/.test(line.msg))
  assert.equal(await served(runtime), 2)
  write(folder, BROKEN)
  await runtime.waitForLog(line => line.msg.startsWith('reload failed'))
  assert.equal(await served(runtime), 2)
})

it('scorehost reload of a service that is not there says so', async () => {
  const { exitCode, stderr } = await runCli(['reload', '--port', '1'])
  assert.match(stderr, /^scorehost: ERR_NOT_RUNNING: There is no service on port 1 here/)
  assert.equal(exitCode, 2)
})
