// The generated pages of docs/ say what the tables say, and the others name only what is there.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { contractsPage } from '../../docs/contracts-page.ts'
import { errorsPage, settingsPage } from '../../docs/pages.ts'

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url))
const PAGES = [
  'README.md',
  'CHANGELOG.md',
  'bench/README.md',
  'deploy/README.md',
  'deploy/azureml/README.md',
  'deploy/eas/README.md',
  'deploy/grafana/README.md',
  'deploy/kserve/README.md',
  'deploy/kubernetes/README.md',
  'deploy/oci/README.md',
  'deploy/sagemaker/README.md',
  'deploy/vertex/README.md',
  'docs/architecture.md',
  'docs/coming-from.md',
  'docs/contracts.md',
  'docs/dashboard.md',
  'docs/data-collection.md',
  'docs/errors.md',
  'docs/keys.md',
  'docs/models.md',
  'docs/operations.md',
  'docs/prepare.md',
  'docs/score-module.md',
  'docs/settings.md',
  'docs/signals.md',
  'docs/traces.md',
  'samples/README.md',
  'samples/digits/README.md',
  'samples/iris/README.md',
  'samples/stream/README.md',
  'samples/two-models/README.md',
  'samples/typed/README.md',
]

describe('the documents', () => {
  it('docs/errors.md is what the table makes of it', () => assert.equal(read('docs/errors.md'), errorsPage()))

  it('docs/contracts.md is what the tables make of it', () =>
    assert.equal(read('docs/contracts.md'), contractsPage()))

  it('docs/settings.md is what the table makes of it', () =>
    assert.equal(read('docs/settings.md'), settingsPage()))

  for (const page of PAGES) {
    it(`${page} links only to what is there`, () => {
      const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(match => match[1] ?? '')
      const broken = links.filter(link => !existsSync(resolve(dirname(join(REPOSITORY, page)), link)))
      assert.deepEqual(broken, [])
    })

    it(`${page} names only codes that the error table has`, () => {
      const table = errorsPage()
      const unknown = [...read(page).matchAll(/ERR_[A-Z_]+/g)]
        .map(([code]) => code)
        .filter(code => !table.includes(code))
      assert.deepEqual(unknown, [])
    })
  }
})

function read(page: string): string {
  return readFileSync(join(REPOSITORY, page), 'utf8')
}
