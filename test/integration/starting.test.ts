// What a client sees while the workers are not ready yet, and where they listen.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { startReady, startRuntime } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

it('the port is open before init() is done, and only liveness is fine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scorehost-'))
  const startWhen = join(folder, 'go')
  await using runtime = await startRuntime({
    module: 'slow-init',
    env: { WORKER_COUNT: '2', START_WHEN: startWhen },
  })
  const status = async (path: string) => (await fetch(`${runtime.url}${path}`)).status
  assert.equal(await status('/livez'), 200)
  assert.equal(await status('/readyz'), 503)
  assert.equal(await status('/'), 502)
  const early = await runtime.score({})
  assert.deepEqual(
    [early.status, early.json['code'], early.headers.get('retry-after')],
    [503, 'ERR_NO_WORKER', '1'],
  )
  assert.deepEqual(runtime.stdout, [])

  await writeFile(startWhen, '')
  await runtime.ready
  assert.equal(await status('/readyz'), 200)
  assert.equal(await status('/'), 200)
  assert.equal((await fetch(`${runtime.url}/score`)).status, 200)
  await rm(folder, { recursive: true })
})

it('one line says where the service is and how to try it, one where to watch it', async () => {
  // what runs the tests may itself be a pod
  await using runtime = await startReady({ module: 'behaviours', env: { KUBERNETES_SERVICE_HOST: '' } })
  await runtime.waitForStatus(() => runtime.stdout.length > 1)
  assert.deepEqual(runtime.stdout, [
    `Scorehost is ready on http://localhost:${runtime.port} – try: curl -s localhost:${runtime.port}/score -H 'content-type: application/json' -d '{"do":"echo","value":"it'\\''s"}'`,
    `The dashboard is at http://localhost:${runtime.port}/dashboard/`,
  ])
})

it('a worker takes the next free port where its own is taken', async () => {
  const other = createServer()
  const port = await new Promise<number>(resolve =>
    other.listen(0, '127.0.0.1', () => {
      const address = other.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    }),
  )
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '1', SCOREHOST_WORKER_PORT: `${port}` },
  })
  const { port: chosen } = await runtime.waitForLog(line => line.msg === 'worker 0 is ready')
  assert.ok(Number(chosen) > port, `${chosen} is above ${port}`)
  assert.equal((await runtime.score({ do: 'echo', value: 1 })).status, 200)
  other.close()
})

for (const [where, folder] of [
  ['no temporary folder', () => '/nonexistent'],
  // longer than a socket's path may be
  ['one with a long path', (own: string) => join(own, 'x'.repeat(100))],
] as const)
  it(`the node front serves where there is ${where}`, async t => {
    const TMPDIR = folder(temporaryFolder(t))
    if (TMPDIR !== '/nonexistent') await mkdir(TMPDIR)
    const env = { TMPDIR, WORKER_COUNT: '1', SCOREHOST_FRONT: 'node' }
    await using runtime = await startReady({ module: 'behaviours', env })
    assert.equal((await runtime.score({ do: 'nothing' })).status, 200)
  })
