// The alert rules and the dashboard: that they are well-formed, and speak of metrics that there are.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { readScrape } from '../support/scrape.ts'
import { repositoryPath, startReady } from '../support/start-runtime.ts'
import { documentsOf } from './deploy-file.ts'

const noPromtool = spawnSync('promtool', ['--version']).status !== 0 && 'there is no promtool'

function promtool(...words: readonly string[]): void {
  const cwd = repositoryPath('deploy/grafana')
  const { status, stdout, stderr } = spawnSync('promtool', words, { cwd, encoding: 'utf8' })
  assert.equal(status, 0, stdout + stderr)
}

it('promtool takes the alert rules', { skip: noPromtool }, () => promtool('check', 'rules', 'alerts.yaml'))

it('the alerts are raised when they should be, and not when not', { skip: noPromtool }, () =>
  promtool('test', 'rules', 'alerts.test.yaml'),
)

/** Names of metrics in the expressions of a file. */
function metricsIn(file: string): Set<string> {
  const text = JSON.stringify(documentsOf(file))
  const names = text.matchAll(/\b(scorehost|nv|nodejs|process)_[a-z_0-9]+/g)
  // a word of ours without a brace or a bracket behind it is a job, a title or an id
  return new Set([...names].map(([name]) => name))
}

it('every metric that a rule or a panel asks for is there', async () => {
  await using runtime = await startReady({ module: 'models', env: { WORKER_COUNT: '1' } })
  const text = await (await fetch(`${runtime.url}/metrics`)).text()
  const there = new Set([...readScrape(text).keys()].map(series => series.replace(/\{.*/, '')))
  for (const file of ['grafana/alerts.yaml', 'grafana/alerts.test.yaml', 'grafana/dashboard.json']) {
    const asked = metricsIn(file)
    assert(asked.size >= 5, file)
    for (const name of asked) assert(there.has(name), `${file}: ${name}`)
  }
})

it('every alert is explained', () => {
  const alerts = JSON.stringify(documentsOf('grafana/alerts.yaml')).matchAll(/"alert":"(\w+)"/g)
  const page = readFileSync(repositoryPath('docs/operations.md'), 'utf8')
  for (const [, name = ''] of alerts) assert(page.includes(`\`${name}\``), name)
})
