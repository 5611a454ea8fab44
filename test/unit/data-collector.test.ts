// Collecting holds nobody up: what it keeps is bounded, what is too much is dropped and said, and a disk may fail.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type CollectedRequest, keep } from '../../runtime/data-collection.ts'
import {
  DataCollector,
  type LineSink,
  MOST_WAITING,
  MOST_WAITING_BYTES,
} from '../../runtime/worker/data-collector.ts'

function requestOf(requestId: string, body: string | Uint8Array = '{}'): CollectedRequest {
  const input = keep(body, 10_000_000, { contentType: null, jsonBytes: null })
  return {
    timeMs: 0,
    requestId,
    method: 'POST',
    path: '/score',
    status: 200,
    error: null,
    runMs: null,
    input,
    output: null,
  }
}

/** A disk that does as it is told. */
class Disk implements LineSink {
  readonly folder = '/data'
  readonly fileBytes: number
  readonly lines: string[] = []
  writes = 0
  closed = false
  /** Of the next writes. */
  problem: Error | null = null
  /** What writes wait for. */
  gate: Promise<void> = Promise.resolve()

  constructor(fileBytes = 10_000_000) {
    this.fileBytes = fileBytes
  }

  async append(lines: readonly string[]): Promise<void> {
    this.writes += 1
    await this.gate
    this.appendNow(lines)
  }

  appendNow(lines: readonly string[]): void {
    if (this.problem !== null) throw this.problem
    this.lines.push(...lines)
  }

  async close(): Promise<void> {
    this.closed = true
  }

  get ids(): readonly string[] {
    return this.lines.map(line => JSON.parse(line).requestId)
  }
}

function collecting(
  disk: Disk,
  more: { readonly samplePercent?: number; readonly random?: () => number } = {},
) {
  let nowMs = 0
  const said: string[] = []
  const say = (...words: readonly unknown[]) => said.push(String(words.at(-1)))
  const { samplePercent = 100, ...rest } = more
  const collector = new DataCollector({
    worker: 0,
    samplePercent,
    bodyBytes: 1000,
    sink: disk,
    // true: nothing else of a log is asked for
    log: { info: say, warn: say } as unknown as ConstructorParameters<typeof DataCollector>[0]['log'],
    now: () => nowMs,
    ...rest,
  })
  return {
    collector,
    said,
    pass: (ms: number) => {
      nowMs += ms
    },
  }
}

/** Until everything that is waiting has been made a line; the clock of the test stands still meanwhile. */
async function worked(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await nextTurn()
}

function opened() {
  let open = () => {}
  const gate = new Promise<void>(resolve => {
    open = resolve
  })
  return { gate, open: () => open() }
}

test('what is collected is written, in its order, and all of it by the time it is closed', async () => {
  const disk = new Disk()
  const { collector, said } = collecting(disk)
  for (let index = 0; index < 100; index++) collector.collect(requestOf(`${index}`))
  await collector.close()
  assert.deepEqual(
    disk.ids,
    Array.from({ length: 100 }, (_, index) => `${index}`),
  )
  assert(disk.closed)
  assert.deepEqual(said, [])
})

test('nothing is done while whoever collects is still busy', async () => {
  const disk = new Disk()
  const { collector } = collecting(disk)
  let looked = 0
  const input = {
    contentType: null,
    cutFrom: null,
    jsonBytes: null,
    get kept() {
      looked += 1
      return '{}'
    },
  }
  collector.collect({ ...requestOf('a'), input })
  const before = looked
  await Promise.resolve()
  assert.equal(looked, before)
  await worked()
  assert(looked > before)
  await collector.close()
})

test('lines are written together', async () => {
  const disk = new Disk()
  const { collector } = collecting(disk)
  for (let index = 0; index < 10; index++) {
    collector.collect(requestOf('a'))
    await worked()
  }
  await collector.close()
  assert.deepEqual([disk.writes, disk.lines.length], [1, 10])
})

test('while the disk is slow no more than so many wait; the rest is dropped and counted', async () => {
  const disk = new Disk()
  const { collector, said } = collecting(disk)
  const { gate, open } = opened()
  disk.gate = gate
  for (let index = 0; index < MOST_WAITING + 500; index++) {
    collector.collect(requestOf(`${index}`))
    if (index % 100 === 0) await worked()
  }
  open()
  await collector.close()
  assert.equal(disk.lines.length, MOST_WAITING)
  assert.equal(
    said.reduce((sum, text) => sum + Number.parseInt(text, 10), 0),
    500,
  )
})

test('while the disk is slow no more than so many bytes wait', async () => {
  const disk = new Disk()
  const { collector } = collecting(disk)
  const { gate, open } = opened()
  disk.gate = gate
  const bytes = MOST_WAITING_BYTES / 16
  for (let index = 0; index < 40; index++) {
    collector.collect(requestOf(`${index}`, new Uint8Array(bytes).fill(255)))
    await worked()
  }
  open()
  await collector.close()
  // base64 takes a third more than what it stands for
  assert(disk.lines.length >= 10 && disk.lines.length <= 16, `${disk.lines.length}`)
})

test('what is dropped is said at most once a minute, and what was not yet said at the end', async () => {
  const disk = new Disk(10)
  const { collector, said, pass } = collecting(disk)
  const drop = async (count: number) => {
    for (let index = 0; index < count; index++) collector.collect(requestOf('too long for a file'))
    await worked()
  }
  await drop(1)
  await drop(5)
  pass(59_999)
  await drop(1)
  assert.equal(said.length, 1)
  pass(1)
  await drop(1)
  assert.deepEqual(
    said.slice(1).map(text => Number.parseInt(text, 10)),
    [7],
  )
  await drop(2)
  await collector.close()
  assert.deepEqual(
    said.slice(2).map(text => Number.parseInt(text, 10)),
    [2],
  )
})

test('a disk that fails is said once, and is tried again after a while', async () => {
  const disk = new Disk()
  const { collector, said, pass } = collecting(disk)
  disk.problem = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  const collectMany = async (id: string) => {
    // as many as make a write at once
    for (let index = 0; index < 300; index++)
      if (collector.wants()) collector.collect(requestOf(id, JSON.stringify('x'.repeat(1000))))
    await worked()
  }
  await collectMany('lost')
  assert.equal(said.length, 1)
  assert.match(said[0] ?? '', /\/data .*no space left on device/)
  const { writes } = disk
  await collectMany('not even wanted')
  assert.equal(disk.writes, writes)
  pass(10_000)
  await collectMany('lost too')
  assert.equal(said.length, 1)
  pass(10_000)
  disk.problem = null
  await collectMany('kept')
  await collector.close()
  assert.deepEqual(new Set(disk.ids), new Set(['kept']))
  assert.equal(said.length, 2)
  assert.match(said[1] ?? '', /written again.* 900 requests/)
})

test('a disk that hangs does not keep a worker from its end', async () => {
  const disk = new Disk()
  const { collector } = collecting(disk)
  disk.gate = new Promise(() => {})
  collector.collect(requestOf('a'))
  await collector.close()
  assert.deepEqual(disk.lines, [])
})

test('a process that ends without closing writes what there is', () => {
  const disk = new Disk()
  const { collector } = collecting(disk)
  collector.collect(requestOf('a'))
  collector.collect(requestOf('b'))
  collector.closeNow()
  assert.deepEqual(disk.ids, ['a', 'b'])
})

test('memory that a score module gave away costs its own line alone', async () => {
  const disk = new Disk()
  const { collector, said } = collecting(disk)
  const bytes = new Uint8Array(new ArrayBuffer(10))
  collector.collect(requestOf('gone', bytes))
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  collector.collect(requestOf('there'))
  await collector.close()
  assert.deepEqual(disk.ids, ['there'])
  assert.equal(said.length, 1)
})

test('of a sample as many are wanted as it says', () => {
  let drawn = 0
  const wantedOf = (samplePercent: number) => {
    const { collector } = collecting(new Disk(), { samplePercent, random: () => (drawn++ % 1000) / 1000 })
    return Array.from({ length: 1000 }, () => collector.wants()).filter(Boolean).length
  }
  assert.deepEqual([1, 25, 99, 100].map(wantedOf), [10, 250, 990, 1000])
})
