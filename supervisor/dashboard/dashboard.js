// The page: asks for the numbers, and hands them to what shows them.

import { batchesIn } from './batches.js'
import { byId, element, setText } from './element.js'
import { bytes, count, duration, milliseconds, NONE, rate } from './figures.js'
import { modelsIn } from './models.js'
import { Plot } from './plot.js'
import { Poll } from './poll.js'
import { badgeOf, Tables } from './tables.js'
import { Trial } from './trial.js'

const PLOTS = [
  {
    title: 'Requests per second',
    format: rate,
    least: 1,
    lines: [
      { key: 'requestRate', title: 'all', style: 'first' },
      { key: 'errorRate', title: 'errors', style: 'wrong' },
    ],
  },
  {
    title: 'Latency, in powers of ten',
    format: milliseconds,
    log: true,
    lines: [
      { key: 'p50Ms', title: 'p50', style: 'first' },
      { key: 'p90Ms', title: 'p90', style: 'second' },
      { key: 'p99Ms', title: 'p99', style: 'third' },
    ],
  },
  {
    title: 'Requests under way',
    format: value => [count(value), ''],
    least: 4,
    whole: true,
    lines: [
      { key: 'inFlight', title: 'in flight', style: 'first' },
      { key: 'queued', title: 'queued', style: 'second' },
    ],
  },
]

/** Titles of the numbers at the top, with what they say: a number, its unit, and a word beside it. */
const TILES = [
  ['Requests', ({ recent, totals }) => [...rate(recent.requestRate), `${count(totals.requests)} in all`]],
  ['Latency p50', ({ recent, whole }) => [...milliseconds(recent.p50Ms), tenMinutes(whole.p50Ms)]],
  ['Latency p90', ({ recent, whole }) => [...milliseconds(recent.p90Ms), tenMinutes(whole.p90Ms)]],
  ['Latency p99', ({ recent, whole }) => [...milliseconds(recent.p99Ms), tenMinutes(whole.p99Ms)]],
  ['Errors', ({ whole, totals }) => [count(whole.errors), 'in 10 min', `${count(totals.errors)} in all`]],
  ['In flight', ({ inFlight }) => [count(inFlight), '', 'at the workers']],
  ['Queue', ({ queued, service }) => [count(queued), '', `room for ${count(service.queueSize)}`]],
  ['Memory', ({ service }) => [...bytes(memoryOf(service)), `${readyOf(service)} ready`]],
]

const tiles = TILES.map(([title, read]) => {
  const [number, unit, beside] = [
    element('b'),
    element('span', { class: 'unit' }),
    element('span', { class: 'muted' }),
  ]
  const value = element('dd', {}, element('span', { class: 'figure' }, number, ' ', unit), beside)
  byId('tiles').append(element('div', { class: 'tile' }, element('dt', {}, title), value))
  return data => {
    const [text, unitText, besideText] = read(data)
    setText(number, text)
    setText(unit, text === NONE ? '' : unitText)
    setText(beside, besideText)
  }
})
const plots = PLOTS.map(spec => new Plot(spec))
byId('plots').append(...plots.map(({ node }) => node))
const tables = new Tables()
const showBatches = batchesIn(byId('batches'))
const showModels = modelsIn(byId('models'))
const trial = new Trial()
const MINUTE_MS = 60_000
const RETIRED_MS = 3000
/** What a change of makes models and sample ask for anew. */
let known = ''

function show(data) {
  const { service, history, stepMs, steps } = data
  byId('trouble').hidden = true
  document.body.classList.remove('stale')
  showHead(service)
  for (const tile of tiles) tile(data)
  byId('no-counts').hidden = service.counts
  byId('metrics').hidden = !service.metricsHere
  const spanMs = spanOf(history, service.uptimeMs, steps * stepMs)
  setText(byId('plots-title'), `Last ${spanMs / MINUTE_MS} minutes`)
  for (const plot of plots) plot.update(history, spanMs, service.uptimeMs)
  tables.update(data)
  showBatches(data.batches)
  const serving = service.workers.some(worker => worker.state === 'ready')
  const now = `${service.pid} ${service.generation} ${serving}`
  if (now === known) return
  // behind nginx a worker that retires may still answer
  if (known !== '') setTimeout(() => void showModels(), RETIRED_MS)
  known = now
  if (!serving) return
  void showModels()
  void trial.askForSample()
}

function showHead({ name, version, state, uptimeMs, generation, nextGeneration, front, node, profile, pid }) {
  setText(byId('name'), name)
  const title = `${state === 'ready' ? '' : `${state}: `}${name} – Scorehost`
  if (document.title !== title) document.title = title
  setText(
    byId('about'),
    `up ${duration(uptimeMs)}, generation ${generation}${nextGeneration === null ? '' : `, ${nextGeneration} is starting`}`,
  )
  setText(byId('state'), state)
  byId('state').className = `badge large ${badgeOf(state)}`
  setText(byId('live'), 'Averages of the last 10 s, updated every 2 s.')
  setText(
    byId('foot'),
    `Scorehost ${version} · Node ${node} · ${front} front · platform ${profile} · supervisor ${pid}`,
  )
}

/** A young service fills its plots too. */
function spanOf({ atMs }, nowMs, longestMs) {
  const oldestMs = nowMs - (atMs[0] ?? nowMs)
  return [2, 4].map(minutes => minutes * MINUTE_MS).find(spanMs => spanMs >= oldestMs) ?? longestMs
}

/** The last numbers stay on the page, visibly old. */
function fail(why) {
  setText(byId('trouble'), `${why} Trying again …`)
  byId('trouble').hidden = false
  document.body.classList.add('stale')
  setText(byId('state'), 'no connection')
  byId('state').className = 'badge large bad'
  setText(byId('live'), 'The last numbers that there were.')
  known = ''
}

function tenMinutes(value) {
  const [number, unit] = milliseconds(value)
  return `${number} ${unit} in 10 min`
}

function memoryOf({ workers }) {
  const known = workers.map(worker => worker.rssBytes).filter(size => size !== null)
  return known.length === 0 ? null : known.reduce((sum, size) => sum + size, 0)
}

function readyOf({ workers, slots }) {
  return `${workers.filter(worker => worker.state === 'ready').length} of ${slots}`
}

new Poll('data', show, fail).start()
