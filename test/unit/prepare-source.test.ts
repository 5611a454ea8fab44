// What is found in a source folder, and what is said where it cannot be read.

import assert from 'node:assert/strict'
import { chmodSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { findSource, isWithin } from '../../cli/prepare/source.ts'
import { writeTree } from '../support/file-tree.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { withoutRights } from '../support/without-rights.ts'

test('a file is found by a relative or an absolute path', t => {
  const from = temporaryFolder(t)
  writeTree(from, { 'a/x': 'four' })
  for (const path of ['a/x', './a//x', join(from, 'a/x')]) {
    const { kind, files, folders } = findSource(from, path)
    assert.deepEqual(
      [kind, files, folders],
      ['file', [{ path: join(from, 'a/x'), below: '', bytes: 4, isExecutable: false }], []],
    )
  }
})

test('a folder is found with what is in it, each folder behind the one it lies in', t => {
  const from = temporaryFolder(t)
  writeTree(from, { 'b/y/deep/x': '', 'b/a': '' })
  const { kind, files, folders } = findSource(from, 'b')
  assert.equal(kind, 'folder')
  assert.deepEqual(
    files.map(({ below }) => below),
    ['a', 'y/deep/x'],
  )
  assert.deepEqual(folders, ['y', 'y/deep'])
})

test('of a folder with many files ten are named', t => {
  const from = temporaryFolder(t)
  writeTree(from, Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`f${10 + index}`, ''])))
  assert.throws(() => findSource(from, 'x'), /there is f10, f11, .*, f19 and 2 more$/)
})

test('an empty folder is said to be empty', t => {
  const from = temporaryFolder(t)
  mkdirSync(join(from, 'empty'))
  assert.throws(() => findSource(from, 'empty/x/y'), {
    message: `there is no ${from}/empty/x/y; ${from}/empty is empty`,
  })
})

test('what may not be read is said, with the user', t => {
  const from = temporaryFolder(t)
  writeTree(from, { 'm/secret': 'x', 'closed/x': '' })
  chmodSync(from, 0o755)
  chmodSync(join(from, 'm/secret'), 0)
  chmodSync(join(from, 'closed'), 0)
  withoutRights(() => {
    assert.throws(
      () => findSource(from, 'm'),
      /m\/secret cannot be read: EACCES, permission denied to uid \d+$/,
    )
    assert.throws(() => findSource(from, 'closed'), /closed cannot be read: EACCES/)
    assert.throws(() => findSource(from, 'closed/x'), /closed\/x cannot be read: EACCES/)
  })
  chmodSync(join(from, 'closed'), 0o755)
})

test('a path is within a folder by its names, not by its letters', () => {
  for (const path of ['/a/b', '/a/b/c', '/a/b/..c']) assert(isWithin('/a/b', path), path)
  for (const path of ['/a', '/a/bc', '/', dirname('/a/b')]) assert(!isWithin('/a/b', path), path)
})
