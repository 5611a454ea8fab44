// The samples: two-models and typed, sent what their READMEs show and more, and what is so of all.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { answersItsReadme, serveSample } from '../support/sample.ts'
import { repositoryPath } from '../support/start-runtime.ts'

const SAMPLES = ['iris', 'digits', 'stream', 'two-models', 'typed']

describe('the sample iris', () => {
  const served = serveSample('iris')
  const FLOWERS = [
    { row: [5.1, 3.5, 1.4, 0.2], species: 'setosa' },
    { row: [5.9, 3, 4.2, 1.5], species: 'versicolor' },
    { row: [6.7, 3, 5.2, 2.3], species: 'virginica' },
  ]

  it('gives each of many requests at once the answer to its own flowers', async () => {
    // 1 to 7 flowers each, beginning with another one
    const requests = Array.from({ length: 100 }, (_, nth) =>
      Array.from(
        { length: 1 + (nth % 7) },
        (_, index) => FLOWERS[(nth + index) % 3] ?? { row: [], species: '' },
      ),
    )
    const answers = await Promise.all(
      requests.map(flowers => served.runtime.score({ data: flowers.map(({ row }) => row) })),
    )
    for (const [nth, flowers] of requests.entries()) {
      const { classes, probabilities } = answers[nth]?.json ?? {}
      assert.deepEqual(
        classes,
        flowers.map(({ species }) => species),
      )
      assert.equal((probabilities as unknown[]).length, flowers.length) // true: what score.ts returns
    }
  })

  const refused: Record<string, unknown> = {
    'no data': {},
    'no flowers': { data: [] },
    'three numbers': { data: [[5.1, 3.5, 1.4]] },
    'a word': { data: [[5.1, 3.5, 1.4, 'wide']] },
    'one flower, unwrapped': { data: [5.1, 3.5, 1.4, 0.2] },
  }
  for (const [what, input] of Object.entries(refused)) {
    it(`is told by 400: ${what}`, async () => {
      const answer = await served.runtime.score(input)
      assert.equal(answer.status, 400)
      assert.equal(answer.json['code'], 'ERR_INPUT_SHAPE')
    })
  }
})

describe('the sample two-models', () => {
  const served = serveSample('two-models')
  const flowers = async (input: unknown, query = '') => {
    const answer = await fetch(`${served.runtime.url}/score${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    })
    return (await answer.json()) as { version: number; flowers: { species: string | null }[] } // true: what score.ts returns
  }
  const AMBIGUOUS = [[5.9, 3, 5.1, 1.8]]

  it('answers the requests of its README', () => answersItsReadme('two-models', served.runtime))

  it('chooses the version by body, query and GET', async () => {
    const first = { version: 1, species: 'versicolor' }
    const second = { version: 2, species: 'virginica' }
    const asked = async (input: unknown, query?: string) => {
      const { version, flowers: answers } = await flowers(input, query)
      return { version, species: answers[0]?.species }
    }
    assert.deepEqual(await asked({ data: AMBIGUOUS, version: 1 }), first)
    assert.deepEqual(await asked({ data: AMBIGUOUS }, '?version=1'), first)
    assert.deepEqual(await asked({ data: AMBIGUOUS, version: 2 }, '?version=1'), second)
    assert.deepEqual(await asked({ data: AMBIGUOUS }), second)
    const get = await fetch(`${served.runtime.url}/score?data=${JSON.stringify(AMBIGUOUS)}&version=1`)
    assert.equal(((await get.json()) as { version: number }).version, 1) // true: as above
  })

  it('is asked for a version that is not there: 404 with those that are', async () => {
    const answer = await served.runtime.score({ data: AMBIGUOUS, version: 7 })
    assert.equal(answer.status, 404)
    assert.match(String(answer.json['error']), /no version 7.*1, 2$/)
  })

  it('takes the flowers it was not trained on for irises, and almost all for the right one', async () => {
    const rows = readFileSync(repositoryPath('samples/iris/iris.csv'), 'utf8').trim().split('\n').slice(1)
    const heldOut = rows.filter((_, index) => index % 5 === 4).map(row => row.split(','))
    const answer = await flowers({ data: heldOut.map(cells => cells.slice(0, 4).map(Number)) })
    const species = answer.flowers.map(flower => flower.species)
    assert.ok(!species.includes(null))
    assert.ok(heldOut.filter((cells, index) => cells[4] === species[index]).length >= 28)
  })

  it('takes nothing else for an iris', async () => {
    const others = [
      [0, 0, 0, 0],
      [1, 1, 1, 1],
      [3, 3, 3, 3],
      [5.1, 3.5, 4, 0.2],
      [51, 35, 14, 2],
    ]
    const answer = await flowers({ data: others })
    assert.deepEqual(
      answer.flowers.map(flower => flower.species),
      others.map(() => null),
    )
  })
})

describe('the sample typed', () => {
  const served = serveSample('typed')
  const patient = { age: 50, sex: 'male', creatinine: 1 }

  it('answers the requests of its README', () => answersItsReadme('typed', served.runtime))

  it('calculates as the publication does', async () => {
    // 142 × (1/0.9)^-1.2 × 0.9938^50, and 142 × (0.5/0.7)^-0.241 × 0.9938^20 × 1.012
    const patients = [patient, { age: 20, sex: 'female', creatinine: 0.5 }]
    const { json: answer } = await served.runtime.score({ patients, decimals: 1 })
    assert.deepEqual(answer['results'], [
      { egfr: 91.7, stage: 'G1' },
      { egfr: 137.6, stage: 'G1' },
    ])
  })

  it('gives the same for the same blood in either unit', async () => {
    const patients = [
      { ...patient, creatinine: 2 },
      { ...patient, creatinine: 176.8, unit: 'µmol/L' },
    ]
    const { json: answer } = await served.runtime.score({ patients })
    assert.deepEqual(answer['results'], [
      { egfr: 40, stage: 'G3b' },
      { egfr: 40, stage: 'G3b' },
    ])
  })

  const refused: Record<string, { input: unknown; path: string }> = {
    'no patients': { input: { patients: [] }, path: '/patients' },
    'a sex that is none of the enum': {
      input: { patients: [{ ...patient, sex: 'm' }] },
      path: '/patients/0/sex',
    },
    'a number as text': {
      input: { patients: [patient, { ...patient, age: '50' }] },
      path: '/patients/1/age',
    },
    'the other unit': {
      input: { patients: [{ ...patient, creatinine: 88 }] },
      path: '/patients/0/creatinine',
    },
    'a misspelt unit': { input: { patients: [{ ...patient, units: 'µmol/L' }] }, path: '/patients/0' },
  }
  for (const [what, { input, path }] of Object.entries(refused)) {
    it(`is told by 400 where it is: ${what}`, async () => {
      const answer = await served.runtime.score(input)
      assert.equal(answer.status, 400)
      const errors = answer.json['errors'] as { path: string }[] // true: what docs/errors.md says of it
      assert.deepEqual(
        errors.map(error => error.path),
        [path],
      )
    })
  }
})

describe('the samples', () => {
  for (const sample of SAMPLES) {
    it(`${sample} has every file that its README lists`, () => {
      const readme = readFileSync(repositoryPath(`samples/${sample}/README.md`), 'utf8')
      const listed = [...readme.matchAll(/^\| (`.*?) \| /gm)]
        .flatMap(([, files = '']) => files.split(', '))
        .map(file => file.replaceAll('`', ''))
        .filter(file => file.includes('.'))
      assert.ok(listed.length > 3)
      for (const file of listed) readFileSync(repositoryPath(`samples/${sample}/${file}`))
    })
  }
})
