// init() that fails: ends the first start, and costs a running service no more than the worker.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it, type TestContext } from 'node:test'
import { startLoad, tally } from '../support/load.ts'
import { startReady, startRuntime } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

function modeFile(
  t: TestContext,
  mode: string,
): { env: Record<string, string>; set: (mode: string) => void } {
  const file = join(temporaryFolder(t), 'mode')
  const set = (next: string) => writeFileSync(file, next)
  set(mode)
  return { env: { INIT_MODE_FILE: file }, set }
}

for (const mode of ['never', 'loop']) {
  it(`an init() that does not return (${mode}) ends the first start with exit code 3`, async t => {
    const { env } = modeFile(t, mode)
    await using runtime = await startRuntime({
      module: 'init-by-mode',
      env: { ...env, WORKER_COUNT: '1', SCOREHOST_INIT_TIMEOUT_MS: '800' },
    })
    assert.deepEqual(await runtime.end, { exitCode: 3, signal: null })
    assert.match(
      runtime.log.at(-1)?.msg ?? '',
      /ERR_INIT_FAILED: worker 0 was killed \(init timeout\) before it was ready/,
    )
  })
}

it('WORKER_TIMEOUT is the time for init() in seconds', async t => {
  const { env } = modeFile(t, 'never')
  await using runtime = await startRuntime({
    module: 'init-by-mode',
    env: { ...env, WORKER_COUNT: '1', WORKER_TIMEOUT: '1' },
  })
  assert.equal((await runtime.end).exitCode, 3)
})

it('a service that has been ready serves on with the workers it has, and recovers', async t => {
  const { env, set } = modeFile(t, 'fine')
  await using runtime = await startReady({ module: 'init-by-mode', env: { ...env, WORKER_COUNT: '2' } })
  using load = startLoad(runtime.url, 16, '{}')
  await load.answered(100)
  set('throw')
  const pid = Number((await runtime.score({})).json['pid'])
  process.kill(pid, 'SIGKILL')
  await runtime.waitForLog(line => /next start in 400 ms/.test(line.msg))
  await load.answered(200)
  const readyBefore = runtime.log.filter(line => / is ready$/.test(line.msg)).length
  set('fine')
  await runtime.waitForLog(() => runtime.log.filter(line => / is ready$/.test(line.msg)).length > readyBefore)
  await load.answered(100)

  const counts = tally(await load.stop())
  const unexpected = Object.keys(counts).filter(key => key !== '200' && key !== '502 ERR_WORKER_LOST')
  assert.deepEqual(unexpected, [], JSON.stringify(counts))
  assert.ok((counts['502 ERR_WORKER_LOST'] ?? 0) <= 16, JSON.stringify(counts))
})
