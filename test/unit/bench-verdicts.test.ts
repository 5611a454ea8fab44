// What the benchmark makes of its rounds: tables, verdicts, the summary; and who is measured.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Round, Sample } from '../../bench/figures.ts'
import { readOptions } from '../../bench/options.ts'
import { takeRounds } from '../../bench/rounds.ts'
import { choose } from '../../bench/scenario.ts'
import { CONTESTANT_NAMES, SCENARIOS } from '../../bench/scenarios.ts'
import { LOAD_COLUMNS, makeSection } from '../../bench/section.ts'
import { summaryTable } from '../../bench/summary.ts'
import { judge, speedTarget, type Target } from '../../bench/verdict.ts'

const NOBODY: ReadonlyMap<string, string> = new Map()

describe('a target', () => {
  const rounds: Round[] = [
    { none: speed(100), batched: speed(130) },
    { none: speed(100), batched: speed(120) },
  ]

  it('to be reached is held against the median of the ratios', () => {
    const met = judge(speedTarget('batched', 1.25, 'none'), rounds, NOBODY)
    assert.deepEqual(met, {
      measure: 'requests/s: batched ÷ none',
      target: '≥ 1.25',
      spread: { median: 1.25, least: 1.2, most: 1.3 },
      outcome: 'met',
      reason: null,
      digits: 2,
    })
    assert.equal(judge(speedTarget('batched', 1.26, 'none'), rounds, NOBODY)?.outcome, 'missed')
  })

  it('not to be exceeded is met by less', () => {
    const target = { ...speedTarget('batched', 1.25, 'none'), bound: '≤' } as const
    assert.equal(judge(target, rounds, NOBODY)?.outcome, 'met')
    assert.equal(judge({ ...target, limit: 1.24 }, rounds, NOBODY)?.outcome, 'missed')
  })

  it('may be a difference, or a value', () => {
    const latency: Round[] = [{ bare: { p50Micros: 60 }, nginx: { p50Micros: 200 } }]
    const difference: Target = {
      contestant: 'nginx',
      measure: 'p50Micros',
      comparison: { kind: 'difference', to: 'bare' },
      bound: '≤',
      limit: 120,
    }
    const verdict = judge(difference, latency, NOBODY)
    assert.deepEqual(
      [verdict?.measure, verdict?.target, verdict?.spread?.median, verdict?.outcome],
      ['p50: nginx − bare', '≤ 120 µs', 140, 'missed'],
    )
    const value: Target = { ...difference, comparison: { kind: 'value' }, limit: 200 }
    assert.equal(judge(value, latency, NOBODY)?.outcome, 'met')
    assert.equal(judge(value, latency, NOBODY)?.measure, 'p50: nginx')
  })

  it('without a limit is shown, and not judged', () => {
    const verdict = judge(speedTarget('batched', null, 'none'), rounds, NOBODY)
    assert.equal(verdict?.outcome, 'shown')
    assert.equal(verdict?.target, null)
  })

  it('of one who was not to be measured is none', () => {
    assert.equal(judge(speedTarget('nobody', 1, 'none'), rounds, NOBODY), null)
    assert.equal(judge(speedTarget('batched', 1, 'nobody'), rounds, NOBODY), null)
  })

  it('says why it was not measured', () => {
    const absent = new Map([['nginx', 'nginx is not installed']])
    const [one, two] = [
      judge(speedTarget('nginx', 0.85, 'none'), rounds, absent),
      judge({ ...speedTarget('batched', 1, 'none'), measure: 'p50Micros' }, rounds, NOBODY),
    ]
    assert.deepEqual(
      [one?.outcome, one?.spread, one?.reason],
      ['not measured', null, 'nginx is not installed'],
    )
    assert.deepEqual([two?.outcome, two?.spread, two?.reason], ['not measured', null, 'needs wrk'])
  })
})

describe('a section', () => {
  const plan = {
    title: 'iris, 64 connections',
    baseline: 'bare',
    columns: LOAD_COLUMNS,
    targets: [speedTarget('worker', 0.4, 'bare')],
  }

  it('has a table whose lines are of one length, without columns that nobody has', () => {
    const rounds: Round[] = [{ bare: speed(100), worker: speed(50) }]
    const lines = makeSection(plan, rounds, NOBODY).table?.split('\n') ?? []
    assert.equal(lines.length, 4)
    assert.equal(new Set(lines.map(line => line.length)).size, 1)
    assert.match(lines[0] ?? '', /^\| iris, 64 connections \| requests\/s \| +× bare \|$/)
    assert.match(lines[3] ?? '', /^\| worker +\| +50 \| 0\.50 \(0\.50–0\.50\) \|$/)
  })

  it('has no table where nobody was measured, but says so of its targets', () => {
    const { table, verdicts } = makeSection(plan, [], new Map([['bare', 'it is not there']]))
    assert.equal(table, null)
    assert.deepEqual(
      verdicts.map(({ outcome }) => outcome),
      ['not measured'],
    )
  })
})

describe('the summary', () => {
  it('has a line for each target', () => {
    const rounds: Round[] = [{ bare: speed(100), worker: speed(50) }]
    const judged = [
      judge(speedTarget('worker', 0.4, 'bare'), rounds, NOBODY),
      judge(speedTarget('worker', 0.6, 'bare'), rounds, NOBODY),
      judge(speedTarget('worker', null, 'bare'), rounds, NOBODY),
      judge({ ...speedTarget('worker', 1, 'bare'), measure: 'p99Micros' }, rounds, NOBODY),
    ].flatMap(verdict => verdict ?? [])
    const lines = summaryTable(judged.map(verdict => ({ scenario: 'iris-64', ...verdict }))).split('\n')
    assert.deepEqual(
      lines.slice(2).map(line => line.split('|').map(cell => cell.trim())),
      [
        ['', 'iris-64', 'requests/s: worker ÷ bare', '0.50 (0.50–0.50)', '≥ 0.40', 'met', ''],
        ['', 'iris-64', 'requests/s: worker ÷ bare', '0.50 (0.50–0.50)', '≥ 0.60', 'missed', ''],
        ['', 'iris-64', 'requests/s: worker ÷ bare', '0.50 (0.50–0.50)', '–', 'shown', ''],
        ['', 'iris-64', 'p99: worker ÷ bare', '–', '≥ 1.00', 'not measured: needs wrk', ''],
      ],
    )
  })
})

describe('rounds', () => {
  it('measure everybody once, every other time the other way round', async () => {
    const measured: string[] = []
    const rounds = await takeRounds([{ name: 'a' }, { name: 'b' }], 2, async ({ name }) => {
      measured.push(name)
      return speed(measured.length)
    })
    assert.deepEqual(measured, ['a', 'b', 'b', 'a'])
    assert.deepEqual(rounds.map(Object.keys), [
      ['a', 'b'],
      ['a', 'b'],
    ])
  })
})

describe('who is measured', () => {
  const names = ['bare', 'nginx', 'node']
  const chosen = (...all: string[]) => ({ chosen: new Set(all), absent: NOBODY })

  it('is whoever is chosen, and the baseline', () => {
    assert.deepEqual(choose(chosen('node'), names, 'bare'), ['bare', 'node'])
    assert.deepEqual(choose(chosen('bare'), names, 'bare'), ['bare'])
  })

  it('is nobody where none of them is chosen', () =>
    assert.deepEqual(choose(chosen('batched'), names, 'bare'), []))

  it('is nobody who cannot be there, nor any who is held against such a one', () => {
    const absent = new Map([['nginx', 'nginx is not installed']])
    assert.deepEqual(choose({ ...chosen(...names), absent }, names, 'bare'), ['bare', 'node'])
    assert.deepEqual(choose({ ...chosen(...names), absent }, names, 'nginx'), [])
  })
})

describe('the command line', () => {
  const read = (...words: string[]) => readOptions(words, SCENARIOS, CONTESTANT_NAMES)

  it('measures everything, unless it is told otherwise', () => {
    const { scenarios, contestants, seconds, rounds, requests, idle } = read()
    assert.deepEqual(scenarios, SCENARIOS)
    assert.deepEqual([...contestants], CONTESTANT_NAMES)
    assert.deepEqual([seconds, rounds, requests, idle], [3, 5, 1_000_000, 5000])
  })

  it('names scenarios, which are measured in their own order, and contestants', () => {
    const { scenarios, contestants } = read('--scenarios', 'echo,iris-64', '--contestants', 'node,bare-1')
    assert.deepEqual(
      scenarios.map(({ name }) => name),
      ['iris-64', 'echo'],
    )
    assert.deepEqual(contestants, new Set(['node', 'bare-1']))
  })

  it('is refused with the reason', () => {
    assert.throws(() => read('--scenarios', 'iris-64,nothing'), /no scenario "nothing"/)
    assert.throws(() => read('--contestants', 'nobody'), /no contestant "nobody"/)
    assert.throws(() => read('--rounds', 'many'), /"many" is no whole number/)
    assert.throws(() => read('--seconds', '0'), /"0" is no whole number/)
    assert.throws(() => read('--fast'), /--fast/)
  })
})

function speed(requestsPerSecond: number): Sample {
  return { requestsPerSecond }
}
