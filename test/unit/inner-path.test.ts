// Paths that stay inside, and those that would not.

import assert from 'node:assert/strict'
import { posix } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { readContainerPath, readMemberPath, requireInnerLink } from '../../cli/prepare/inner-path.ts'

const CONTAINER_PATHS = [
  ['main.js', 'main.js', false],
  ['/main.js', 'main.js', false],
  ['./a//b/./c', 'a/b/c', false],
  ['azureml-models/iris/3/', 'azureml-models/iris/3', true],
  ['/', '', true],
  ['.', '', true],
  ['a/.', 'a', true],
  ['/var/azureml-app/main.js', 'main.js', false],
  ['/var/azureml-app', '', true],
  ['/var/azureml-app/', '', true],
  ['/var/azureml-app2/main.js', 'var/azureml-app2/main.js', false],
  ['var/azureml-app/main.js', 'var/azureml-app/main.js', false],
  ['..a/b..', '..a/b..', false],
] as const

for (const [text, path, isFolder] of CONTAINER_PATHS)
  test(`${text} is ${path} below a target folder that is mounted at /var/azureml-app`, () =>
    assert.deepEqual(readContainerPath(text, '/var/azureml-app/'), { path, isFolder }))

test('without a mount path, or with the root, a path is below the target folder as it is', () => {
  for (const mountPath of [null, '/'])
    assert.deepEqual(readContainerPath('/a/b', mountPath), { path: 'a/b', isFolder: false })
})

test('a container path does not lead out', () => {
  for (const text of ['..', '../x', 'a/../../x', 'a/../b', '/..', '/var/azureml-app/../x'])
    assert.throws(
      () => readContainerPath(text, '/var/azureml-app'),
      /leads out of the folder by "\.\."/,
      text,
    )
  assert.throws(() => readContainerPath('a\\b', null), /has a backslash/)
  assert.throws(() => readContainerPath('a\0b', null), /has a zero byte/)
})

test('a member of an archive has no absolute path', () => {
  assert.throws(() => readMemberPath('/abs'), /^RangeError: "\/abs" is an absolute path$/)
  assert.equal(readMemberPath('./a/b/'), 'a/b')
})

const LINKS = [
  ['l', 'sub/x', true],
  ['l', './sub/x', true],
  ['a/l', '../b/c', true],
  ['a/b/l', '../..', true],
  ['l', '.', true],
  ['l', '..', false],
  ['a/l', '../../x', false],
  ['l', '/etc/passwd', false],
  ['l', '', false],
  ['l', 'a\\..\\..', false],
  // up may be a link to the root: then this is its parent
  ['l', 'deep/up/..', false],
] as const

for (const [path, target, isInner] of LINKS)
  test(`a link ${path} -> ${JSON.stringify(target)} is ${isInner ? 'taken' : 'refused'}`, () => {
    const check = () => requireInnerLink(path, target)
    if (isInner) check()
    else assert.throws(check, RangeError)
  })

const names = fc.array(fc.constantFrom('..', '.', '', 'a', 'b', '..a', 'c.'), { minLength: 1, maxLength: 8 })

test('whatever is taken stays inside', () => {
  const base = '/base/folder'
  fc.assert(
    fc.property(names, fc.boolean(), (parts, isAbsolute) => {
      const text = (isAbsolute ? '/' : '') + parts.join('/')
      for (const read of [readMemberPath, (one: string) => readContainerPath(one, '/a').path]) {
        const path = unlessRefused(() => read(text))
        if (path !== null) assert(`${posix.join(base, path)}/`.startsWith(`${base}/`), path)
      }
    }),
  )
  fc.assert(
    fc.property(names, names, (link, target) => {
      const path = unlessRefused(() => readMemberPath(link.join('/')))
      if (path === null || path === '') return
      const isTaken = unlessRefused(() => requireInnerLink(path, target.join('/'))) !== null
      const leadsTo = posix.join(base, posix.dirname(path), target.join('/'))
      if (isTaken) assert(`${leadsTo}/`.startsWith(`${base}/`), leadsTo)
    }),
  )
})

function unlessRefused<T>(read: () => T): T | null {
  try {
    return read()
  } catch (thrown) {
    assert(thrown instanceof RangeError)
    return null
  }
}
