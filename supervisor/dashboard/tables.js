// The tables of the page, from what the service says of itself.

import { byId, setText } from './element.js'
import { bytes, count, duration, joined, milliseconds, NONE } from './figures.js'
import { LiveTable } from './live-table.js'

/** How a state looks; the word itself says what it is. */
const BADGES = {
  ready: 'good',
  starting: 'busy',
  draining: 'busy',
  quarantined: 'bad',
  unavailable: 'bad',
  down: 'bad',
}

/** @param {string} state */
export function badgeOf(state) {
  return BADGES[state] ?? ''
}

const number = title => ({ title, number: true })
const word = title => ({ title })
const cell = text => ({ text })

export class Tables {
  #workers = new LiveTable(
    'Workers',
    [
      number('Slot'),
      word('State'),
      number('Generation'),
      number('PID'),
      number('Uptime'),
      number('In flight'),
      number('Queued'),
      number('Memory'),
      word('Restarts'),
    ],
    'No worker has started yet.',
  )
  #errors = new LiveTable(
    'Errors by code',
    [word('Code'), number('Status'), number('10 min'), number('Total')],
    'No errors. Good.',
  )
  #routes = new LiveTable(
    'Routes',
    [word('Route'), number('Requests'), number('Errors'), number('p50'), number('p90'), number('p99')],
    'No request has been answered yet.',
  )

  constructor() {
    byId('workers').append(this.#workers.node)
    byId('errors').append(this.#errors.node)
    byId('routes').append(this.#routes.node)
  }

  update({ service, restarts, errors, routes }) {
    this.#workers.update(workerRows(service))
    setText(byId('restarts'), restartsText(restarts))
    this.#errors.update(
      errors.map(({ code, status, recent, total }) => [
        cell(code),
        cell(String(status ?? NONE)),
        cell(count(recent)),
        cell(count(total)),
      ]),
    )
    this.#routes.update(
      routes.map(({ route, requests, errors: failed, p50Ms, p90Ms, p99Ms }) => [
        cell(route),
        cell(count(requests)),
        cell(count(failed)),
        ...[p50Ms, p90Ms, p99Ms].map(ms => cell(joined(milliseconds(ms)))),
      ]),
    )
  }
}

function workerRows({ workers, slots, state }) {
  const there = new Set(workers.map(worker => worker.slot))
  const missing = Array.from({ length: slots }, (_, slot) => slot).filter(slot => !there.has(slot))
  const rows = [
    ...workers.map(worker => [worker.slot, worker.generation, workerRow(worker)]),
    // between a death and the next start nobody is there
    ...(state === 'draining' ? [] : missing.map(slot => [slot, 0, downRow(slot)])),
  ]
  return rows.toSorted(([a, older], [b, newer]) => a - b || older - newer).map(([, , row]) => row)
}

function workerRow(worker) {
  return [
    cell(String(worker.slot)),
    { text: worker.state, badge: badgeOf(worker.state) },
    cell(String(worker.generation)),
    cell(String(worker.pid ?? NONE)),
    cell(duration(worker.uptimeMs)),
    cell(count(worker.inFlight)),
    cell(count(worker.queued)),
    cell(joined(bytes(worker.rssBytes))),
    cell(reasons(worker.restarts) || 'none'),
  ]
}

function downRow(slot) {
  const none = Array.from({ length: 6 }, () => cell(NONE))
  return [cell(String(slot)), { text: 'down', badge: badgeOf('down') }, ...none, cell('starts again soon')]
}

function restartsText(restarts) {
  const text = reasons(restarts)
  return text === '' ? 'No worker had to be started again.' : `Started again since the start: ${text}.`
}

function reasons(restarts) {
  return Object.entries(restarts)
    .filter(([, times]) => times > 0)
    .map(([reason, times]) => `${count(times)} × ${reason}`)
    .join(', ')
}
