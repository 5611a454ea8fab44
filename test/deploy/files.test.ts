// What all files of deploy/ have in common.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { it } from 'node:test'
import { repositoryPath } from '../support/start-runtime.ts'
import { documentsOf } from './deploy-file.ts'

const FILES = readdirSync(repositoryPath('deploy'), { recursive: true, encoding: 'utf8' })
const DEPLOYED = FILES.filter(file => /\.(json|ya?ml)$/.test(file))
const textOf = (path: string) => readFileSync(repositoryPath(path), 'utf8')

/** Every value of a key, at any depth. */
function valuesOf(key: string, document: unknown): unknown[] {
  if (typeof document !== 'object' || document === null) return []
  return Object.entries(document).flatMap(([name, value]) => (name === key ? [value] : valuesOf(key, value)))
}

it('there are files', () => assert(DEPLOYED.length >= 13))

it('each file is one that a test here reads', () => {
  const tests = readdirSync(repositoryPath('test/deploy'))
    .filter(name => name.endsWith('.test.ts'))
    .map(name => textOf(`test/deploy/${name}`))
    .join('\n')
  for (const file of DEPLOYED) assert(tests.includes(`'${file}'`), file)
})

it('each file stands in the table, and each folder has a README', () => {
  const table = textOf('deploy/README.md')
  for (const file of DEPLOYED) {
    assert(table.includes(`](${file})`), file)
    assert(FILES.includes(file.replace(/[^/]+$/, 'README.md')), file)
  }
})

it('each image is the placeholder, of the version that this is', () => {
  const { version } = JSON.parse(textOf('package.json'))
  const images = DEPLOYED.flatMap(documentsOf).flatMap(document =>
    ['image', 'imageUri', 'Image'].flatMap(key => valuesOf(key, document)),
  )
  assert(images.length >= 8)
  assert.deepEqual([...new Set(images)], [`REGISTRY/scorehost:${version}`])
  for (const file of FILES.filter(name => name.endsWith('.md')))
    for (const [, tag] of textOf(`deploy/${file}`).matchAll(/scorehost:(\d[\w.]*)/g))
      assert.equal(tag, version, file)
})
