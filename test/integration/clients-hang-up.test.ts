// Ten thousand clients that hang up in the middle of their request.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Runtime, startReady } from '../support/start-runtime.ts'

const AT_ONCE = 100
const ROUNDS = 100

function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

function rssBytes(pid: number): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

/** Some hang up while their body is coming, the others while run() works on it. */
async function hangUp({ port }: Runtime): Promise<void> {
  const body = JSON.stringify({ do: 'untilAborted' })
  const sockets = Array.from({ length: AT_ONCE }, (_, index) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    const half = index % 4 === 0 ? body.slice(0, 10) : body
    socket.write(
      `POST /score HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${half}`,
    )
    return socket
  })
  await sleep(20)
  for (const socket of sockets) socket.destroy()
}

it('10,000 clients that hang up leave no socket, no growth and no place taken', async () => {
  await using runtime = await startReady({
    module: 'behaviours',
    env: { WORKER_COUNT: '2', SCOREHOST_CONCURRENCY: '1000' },
  })
  await hangUp(runtime)
  const quiet = (status: Awaited<ReturnType<Runtime['status']>>) =>
    status.waiting === 0 && status.workers.every(worker => worker.inFlight === 0)
  const { pid, workers } = await runtime.waitForStatus(quiet)
  const pids = [pid, ...workers.map(worker => Number(worker.pid))]
  for (let round = 0; round < 10; round++) await hangUp(runtime)
  await runtime.waitForStatus(quiet)
  const before = pids.map(each => ({ files: openFiles(each), rss: rssBytes(each) }))

  for (let round = 0; round < ROUNDS; round++) await hangUp(runtime)
  await runtime.waitForStatus(quiet)
  await sleep(500)
  for (const [index, each] of pids.entries()) {
    const { files = 0, rss = 0 } = before[index] ?? {}
    assert.ok(openFiles(each) <= files + 20, `${openFiles(each)} open files, ${files} before`)
    assert.ok(rssBytes(each) < rss + 60_000_000, `${rssBytes(each)} bytes, ${rss} before`)
  }
  assert.deepEqual(
    (await runtime.status()).workers.map(worker => worker.pid),
    workers.map(worker => worker.pid),
  )
  assert.equal((await runtime.score({ do: 'echo', value: 1 })).status, 200)
})
