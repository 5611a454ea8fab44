// ONNX's own tests of its operators, a thousand models with inputs and outputs, through HTTP.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { CaseService, type Outcomes } from './case-service.ts'
import { readKnownFailures, summary, surprises } from './known-failures.ts'
import { CASES_FOLDER, findCases } from './onnx-cases.ts'
import { openFirstDimensions } from './open-dimensions.ts'

const TIMEOUT_MS = 170_000
/** More than a model without configuration runs alone before it tries a batch. */
const AT_ONCE = 8
const HALF_IN_JSON = 'FP16 travels as binary data only'

/** Of the package whose failures are listed; others have other cases. */
const VERSION = '1.12.0-'

/** False where the tests are to be run, else why they are not. */
function reasonToSkip(): string | false {
  if (process.env['SKIP_ONNX_TESTDATA'] === '1') return 'SKIP_ONNX_TESTDATA is 1'
  if (!existsSync(CASES_FOLDER)) return `there is no ${CASES_FOLDER} (package libonnx-testdata)`
  const shown = execFileSync('dpkg-query', ['--show', 'libonnx-testdata'], { encoding: 'utf8' }).trim()
  return shown.includes(VERSION) ? false : `this is ${shown}, the list of known failures is for ${VERSION}`
}

describe('the test data of ONNX', { skip: reasonToSkip(), timeout: TIMEOUT_MS }, () => {
  const { asTheyAre, withOpenDimensions } = readKnownFailures()
  let found: ReturnType<typeof findCases>
  let work: string
  let asJson: Outcomes
  let asBinary: Outcomes
  let opened: Outcomes

  before(
    async () => {
      found = findCases()
      work = mkdtempSync(join(tmpdir(), 'scorehost-onnx-'))
      await Promise.all([askAsTheyAre(), askOpened()])
    },
    { timeout: TIMEOUT_MS },
  )
  after(() => {
    if (work !== undefined) rmSync(work, { recursive: true, force: true })
  })

  async function askAsTheyAre(): Promise<void> {
    await using service = await serve('plain', (file, target) => symlinkSync(file, target))
    asJson = await service.ask('JSON')
    asBinary = await service.ask('binary')
  }

  async function askOpened(): Promise<void> {
    await using service = await serve('open', (file, target) =>
      writeFileSync(target, openFirstDimensions(readFileSync(file))),
    )
    opened = await service.ask('binary', AT_ONCE)
  }

  function serve(name: string, put: (file: string, target: string) => void): Promise<CaseService> {
    const folder = join(work, name)
    mkdirSync(folder)
    return CaseService.start(found, folder, (one, target) =>
      put(join(one.folder, 'model.onnx'), join(target, 'model.onnx')),
    )
  }

  it('every case passes as binary data, but for those that are known to fail', t => {
    for (const line of summary(asBinary, asTheyAre)) t.diagnostic(line)
    t.diagnostic(`${found.withoutModel.length} more have no model in the package`)
    assert.deepEqual(surprises(asBinary, asTheyAre), [])
  })

  it('JSON passes the same set, and refuses half precision', t => {
    const halves = new Set(found.cases.filter(({ hasHalf }) => hasHalf).map(({ name }) => name))
    t.diagnostic(`${halves.size} cases with FP16`)
    const refused = [...halves].filter(name => asJson.get(name)?.includes(HALF_IN_JSON))
    assert.deepEqual(refused, [...halves])
    const others = without(asJson, halves)
    for (const line of summary(others, [])) t.diagnostic(line)
    assert.deepEqual(surprises(others, asTheyAre), [])
  })

  it('they pass as well when their first dimension may be that of a batch, also when several come at once', t => {
    for (const line of summary(opened, withOpenDimensions)) t.diagnostic(line)
    assert.deepEqual(surprises(opened, [...asTheyAre, ...withOpenDimensions]), [])
  })
})

function without(outcomes: Outcomes, names: ReadonlySet<string>): Outcomes {
  return new Map([...outcomes].filter(([name]) => !names.has(name)))
}
