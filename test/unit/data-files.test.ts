// The files of collected data: how large they get, how many there are, and which go.

import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { DataFiles } from '../../runtime/worker/data-files.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { withoutRights } from '../support/without-rights.ts'

const NOON = Date.UTC(2026, 0, 31, 12)
const DAY_MS = 86_400_000

function filesIn(t: TestContext, more: { readonly maxBytes?: number; readonly pid?: number } = {}) {
  const folder = join(temporaryFolder(t), 'data')
  let nowMs = NOON
  const { maxBytes = 1000, pid = 7 } = more
  const files = new DataFiles({ folder, name: 'pod-worker-1', pid, maxBytes, now: () => new Date(nowMs) })
  t.after(() => files.close())
  return {
    files,
    folder,
    pass: (ms: number) => {
      nowMs += ms
    },
  }
}

/** Paths below the folder, in order. */
function pathsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.jsonl'))
    .sort()
}

function textIn(folder: string): string {
  return pathsIn(folder)
    .map(path => readFileSync(join(folder, path), 'utf8'))
    .join('')
}

const line = (text: string) => `${text.padEnd(39, '.')}\n`
const lines = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => line(`${from + index}`))

test('nothing is made before there is something to write', async t => {
  const { files, folder } = filesIn(t)
  await files.append([])
  assert.throws(() => readdirSync(folder), { code: 'ENOENT' })
})

test('lines are appended to a file that says when, where and who', async t => {
  const { files, folder } = filesIn(t)
  await files.append([line('a'), line('b')])
  await files.append([])
  assert.deepEqual(pathsIn(folder), ['2026-01-31/pod-worker-1-7-120000-1.jsonl'])
  assert.equal(textIn(folder), line('a') + line('b'))
  assert.equal(statSync(join(folder, pathsIn(folder)[0] ?? '')).mode & 0o007, 0)
})

test('a file that is full is followed by another, also in the middle of what is written', async t => {
  const { files, folder } = filesIn(t)
  await files.append(lines(5))
  await files.append(lines(1, 5))
  const paths = pathsIn(folder)
  assert.deepEqual(
    paths.map(path => statSync(join(folder, path)).size),
    [80, 80, 80],
  )
  assert.equal(textIn(folder), lines(6).join(''))
})

test('each day has a folder', async t => {
  const { files, folder, pass } = filesIn(t)
  await files.append(lines(1))
  pass(DAY_MS)
  await files.append(lines(1, 1))
  assert.deepEqual(pathsIn(folder), [
    '2026-01-31/pod-worker-1-7-120000-1.jsonl',
    '2026-02-01/pod-worker-1-7-120000-2.jsonl',
  ])
})

test('together they never have more bytes than they may, and the oldest go, their folders with them', async t => {
  const { files, folder, pass } = filesIn(t)
  for (let written = 0; written < 100; written++) {
    await files.append(lines(1, written))
    const sum = pathsIn(folder).reduce((bytes, path) => bytes + statSync(join(folder, path)).size, 0)
    assert(sum <= 1000, `${sum}`)
    if (written === 50) pass(DAY_MS)
  }
  assert(textIn(folder).endsWith(line('99')))
  assert(textIn(folder).length > 600)
  assert.deepEqual(readdirSync(folder), ['2026-02-01'])
})

test('those of the slot before it count, and those of others are left alone', async t => {
  const { files, folder } = filesIn(t)
  mkdirSync(join(folder, '2026-01-30'), { recursive: true })
  mkdirSync(join(folder, 'mine'))
  const put = (path: string) => {
    writeFileSync(join(folder, path), 'x'.repeat(950))
    utimesSync(join(folder, path), NOON / 1000 - 1000, NOON / 1000 - 1000)
  }
  const others = [
    '2026-01-30/pod-worker-10-7-000000-1.jsonl',
    '2026-01-30/pod-worker-1-notes.txt',
    '2026-01-30/pot-worker-1-7-000000-1.jsonl',
    'mine/pod-worker-1-7-000000-1.jsonl',
  ]
  for (const path of [...others, '2026-01-30/pod-worker-1-6-235959-1.jsonl']) put(path)
  await files.append(lines(1))
  const left = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => path.includes('.'))
  assert.deepEqual(left.sort(), [...others, '2026-01-31/pod-worker-1-7-120000-1.jsonl'].sort())
})

test('there are never more than a hundred', async t => {
  const { files, folder, pass } = filesIn(t, { maxBytes: 1_000_000 })
  for (let day = 0; day < 110; day++) {
    await files.append(['{}\n'])
    pass(DAY_MS)
  }
  assert.equal(pathsIn(folder).length, 100)
})

test('a folder that cannot be made is the error of whoever writes, and the next one may succeed', async t => {
  const { files, folder } = filesIn(t)
  writeFileSync(folder, 'in the way')
  await assert.rejects(files.append(lines(1)), { code: /EEXIST|ENOTDIR/ })
  assert.throws(() => files.appendNow(lines(1)), { code: /EEXIST|ENOTDIR/ })
})

test('a process that ends writes at once, into its file or a new one', async t => {
  const { files, folder } = filesIn(t)
  files.appendNow([])
  files.appendNow(lines(1))
  await files.append(lines(1, 1))
  files.appendNow(lines(1, 2))
  assert.equal(textIn(folder), lines(3).join(''))
})

test('without rights it fails, and leaves nothing', async t => {
  const parent = temporaryFolder(t)
  const folder = join(parent, 'data')
  const files = new DataFiles({ folder, name: 'w', pid: 1, maxBytes: 1000, now: () => new Date(NOON) })
  withoutRights(() => assert.throws(() => files.appendNow(lines(1)), { code: 'EACCES' }))
  assert.deepEqual(readdirSync(parent), [])
})
