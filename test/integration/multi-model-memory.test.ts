// Models that a container has no room for, in SageMaker's multi-model mode.

import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { startLoad, tally } from '../support/load.ts'
import { makeMemoryCgroup } from '../support/memory-cgroup.ts'
import { startMultiModel } from '../support/multi-model.ts'
import { call, largeModel, PLUS_ONE } from '../support/served-models.ts'

/**
 * Supervisor and two workers hold 100 MiB for themselves, and up to 100 more of program files where nothing else on this machine has
 * them in its cache. A model takes twice its file while it is loaded. So `wide` fits by itself, 680 at the most, and so does `large`; but
 * two workers with `wide`, of which one has `large` too, need 800 at the least.
 */
const LIMIT_MIB = 740
const WIDE_MIB = 240
const LARGE_MIB = 220
/** More than the limit, of a file that does not show it. */
const HIDDEN_MIB = 2048
const INDEX = '{"x":[[0]]}'

/** Null where the machine makes none; the test is skipped then. */
function cgroupOrSkip(t: TestContext) {
  const cgroup = makeMemoryCgroup(LIMIT_MIB * 1024 ** 2)
  if (typeof cgroup !== 'string') return cgroup
  t.skip(cgroup)
  return null
}

async function start(t: TestContext, wrap: readonly string[], files: Readonly<Record<string, Uint8Array>>) {
  const service = await startMultiModel(
    t,
    { 'small/model/model.onnx': PLUS_ONE, ...files },
    { wrap, env: { WORKER_COUNT: '1' } },
  )
  assert.equal((await service.load('small')).status, 200)
  return service
}

it('what clearly has no room is a 507 at once, and has it when another model is gone', async t => {
  await using cgroup = cgroupOrSkip(t)
  if (cgroup === null) return
  await using service = await start(t, cgroup.wrap, {
    'wide/model/model.onnx': await largeModel(WIDE_MIB, 'stored'),
    'large/model/model.onnx': await largeModel(LARGE_MIB, 'stored'),
  })
  const wide = await service.load('wide')
  assert.equal(wide.status, 200, wide.message)
  const { generation } = await service.runtime.status()

  const refused = await service.load('large')
  assert.deepEqual([refused.status, refused.code], [507, 'ERR_MODEL_MEMORY'], refused.text)
  assert.match(
    refused.message,
    /^not enough memory: 1 worker with [\d.]+ MiB each, and 220 MiB for the new model in each, need at least [\d.]+ MiB beside those that serve, and [\d.]+ MiB of 740 MiB by cgroup v[12] limit.* are left$/,
  )
  const byV2 = await call(service.runtime.url, '/v2/repository/models/large/load', {})
  assert.deepEqual([byV2.status, byV2.json.code], [507, 'ERR_MODEL_MEMORY'])
  assert.equal((await service.runtime.status()).generation, generation, 'nothing was tried')
  assert.equal(await service.names(), 'small wide')
  assert.equal((await service.invoke('wide', INDEX)).text, '{"y":[[0]]}')

  assert.equal((await service.unload('wide')).status, 200)
  const loaded = await service.load('large')
  assert.equal(loaded.status, 200, loaded.message)
  assert.equal((await service.invoke('large', INDEX)).text, '{"y":[[0]]}')
  assert.deepEqual(
    service.runtime.log.filter(line => line['signal'] !== undefined),
    [],
  )
})

it('what the kernel kills on its way up is a 507, and costs no request to those that serve', async t => {
  await using cgroup = cgroupOrSkip(t)
  if (cgroup === null) return
  await using service = await start(t, cgroup.wrap, {
    'wide/model/model.onnx': await largeModel(WIDE_MIB, 'stored'),
    'hidden/model/model.onnx': await largeModel(HIDDEN_MIB, 'filled'),
  })
  assert.equal((await service.load('wide')).status, 200)
  using load = startLoad(service.runtime.url, 4, '{"x":[[1,2]]}', '/models/small/invoke')
  await load.answered(100)
  const refused = await service.load('hidden')
  assert.deepEqual([refused.status, refused.code], [507, 'ERR_MODEL_MEMORY'], refused.text)
  assert.match(refused.message, /killed by SIGKILL before it was ready\. Memory is the likely cause/)
  await load.answered(100)
  assert.deepEqual(Object.keys(tally(await load.stop())), ['200'])
  assert.equal(await service.names(), 'small wide')
  assert.equal((await service.get('/ping')).status, 200)
})
