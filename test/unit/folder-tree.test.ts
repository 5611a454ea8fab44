// The tree of a folder, from folders made for it.

import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { folderTree } from '../../runtime/folder-tree.ts'

/** A folder with these files, as many bytes each; a name that ends with a slash is a folder. */
function folder(t: TestContext, files: Readonly<Record<string, number>>): string {
  const root = mkdtempSync(join(tmpdir(), 'scorehost-tree-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(root, name.endsWith('/') ? name : dirname(name)), { recursive: true })
    if (!name.endsWith('/')) writeFileSync(join(root, name), Buffer.alloc(bytes))
  }
  return root
}

/** As many files in one folder. */
function files(count: number, below = ''): Record<string, number> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${below}${String(index).padStart(5, '0')}`, 0]),
  )
}

test('folders and files by name, with sizes', t => {
  const root = folder(t, {
    'iris/2/model.onnx': 1536,
    'iris/1/model.onnx': 7,
    'digits/': 0,
    'labels.txt': 0,
  })
  assert.deepEqual(folderTree(root, 200), [
    `${root}/`,
    '  digits/ (empty)',
    '  iris/',
    '    1/',
    '      model.onnx (7 B)',
    '    2/',
    '      model.onnx (1.5 KiB)',
    '  labels.txt (0 B)',
  ])
})

test('symbolic links are shown and not followed, and one into nowhere says so', t => {
  const root = folder(t, { '1/model.onnx': 3 })
  symlinkSync('1', join(root, 'current'))
  symlinkSync('.', join(root, 'self'))
  symlinkSync('../blobs/abc', join(root, 'weights'))
  assert.deepEqual(folderTree(root, 200).slice(3), [
    '  current -> 1',
    '  self -> .',
    '  weights -> ../blobs/abc (which is not there)',
  ])
})

test('the folder itself may be a symbolic link', t => {
  const root = folder(t, { 'data/model.onnx': 3 })
  symlinkSync('data', join(root, 'models'))
  assert.deepEqual(folderTree(join(root, 'models'), 200), [`${root}/models/`, '  model.onnx (3 B)'])
})

test('a folder that is not there, or is a file, says so', t => {
  const root = folder(t, { file: 1 })
  assert.deepEqual(folderTree(join(root, 'none'), 200), [`${root}/none – does not exist (ENOENT)`])
  assert.deepEqual(folderTree(join(root, 'file'), 200), [`${root}/file – is no folder (ENOTDIR)`])
})

test('a folder that cannot be read has the code of the error and the uid, and the rest is shown', t => {
  const root = folder(t, { 'closed/model.onnx': 1, 'open/model.onnx': 1 })
  chmodSync(root, 0o755)
  chmodSync(join(root, 'closed'), 0)
  const lines = asNobody(() => folderTree(root, 200))
  chmodSync(join(root, 'closed'), 0o755)
  const uid = process.geteuid?.() || NOBODY
  assert.deepEqual(lines, [
    `${root}/`,
    `  closed – cannot be read: EACCES; this process has the uid ${uid}`,
    '  open/',
    '    model.onnx (1 B)',
  ])
})

test('a tree that fits exactly is whole', t => {
  const root = folder(t, files(9))
  assert.equal(folderTree(root, 10).length, 10)
  assert.equal(folderTree(root, 10).at(-1), '  00008 (0 B)')
})

test('a tree that does not fit says how much is not shown', t => {
  const root = folder(t, files(10))
  const lines = folderTree(root, 10)
  assert.equal(lines.length, 10)
  assert.deepEqual([lines.at(0), ...lines.slice(-2)], [`${root}/ …`, '  00007 (0 B)', '… and 2 more'])
})

test('a folder of many files does not hide the folders beside it', t => {
  const root = folder(t, { ...files(50, 'a/1/'), 'b/2/model.onnx': 1 })
  assert.deepEqual(folderTree(root, 8), [
    `${root}/`,
    '  a/',
    '    1/ …',
    '      00000 (0 B)',
    '      00001 (0 B)',
    '  b/',
    '    2/ …',
    '… and at least 48 more',
  ])
})

test('a huge folder is not read to its end', t => {
  const root = folder(t, files(10_050))
  const lines = folderTree(root, 200)
  assert.equal(lines.length, 200)
  assert.equal(lines.at(-1), '… and at least 9802 more')
})

test('no name makes a line of its own', t => {
  const root = folder(t, { 'a\n{"level":"fatal"}': 0, '\u001b[2J': 0 })
  assert.deepEqual(folderTree(root, 200).slice(1), ['  \\u001b[2J (0 B)', '  a\\n{"level":"fatal"} (0 B)'])
})

const NOBODY = 65_534

/** Root may read everything: so it is not root for a moment. */
function asNobody<T>(act: () => T): T {
  if (process.geteuid?.() !== 0) return act()
  process.seteuid?.(NOBODY)
  try {
    return act()
  } finally {
    process.seteuid?.(0)
  }
}
