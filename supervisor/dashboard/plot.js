// A plot of the last minutes: lines over time, drawn by hand as SVG.

import { element, setText, shape } from './element.js'
import { NONE } from './figures.js'
import { linearScale, logScale } from './scale.js'

const HEIGHT = 180
const MARGIN = { top: 12, right: 12, bottom: 24, left: 54 }
const MINUTE_MS = 60_000
/** Between two times of the axis. */
const LEAST_GAP = 60

/**
 * @typedef {{ key: string, title: string, style: string }} Line Key of the history's column; the style is a class.
 * @typedef {{ title: string, lines: readonly Line[], format: (value: number | null) => [string, string], least?: number, whole?: boolean, log?: boolean }} PlotSpec
 *   `least` is the smallest top of a scale that is not logarithmic.
 */

export class Plot {
  #spec
  #svg = shape('svg', { class: 'plot', height: HEIGHT, tabindex: 0, role: 'img' })
  #values
  #legend
  #when = element('span', { class: 'muted when' })
  #history = null
  #spanMs = 0
  #nowMs = 0
  #chosen = null

  /** @param {PlotSpec} spec */
  constructor(spec) {
    this.#spec = spec
    this.#values = spec.lines.map(() => element('b'))
    const legend = spec.lines.map(({ title, style }, index) =>
      element('span', { class: 'entry' }, swatch(style), `${title} `, this.#values[index]),
    )
    this.#legend = element('p', { class: 'legend' }, ...legend)
    this.node = element(
      'figure',
      { class: 'card' },
      element('figcaption', {}, element('h3', {}, spec.title), this.#when),
      this.#legend,
      this.#svg,
    )
    for (const kind of ['pointerdown', 'pointermove'])
      this.#svg.addEventListener(kind, event => this.#point(event))
    this.#svg.addEventListener('pointerleave', () => this.#choose(null))
    this.#svg.addEventListener('blur', () => this.#choose(null))
    this.#svg.addEventListener('keydown', event => this.#key(event))
    new ResizeObserver(() => this.#draw()).observe(this.#svg)
  }

  /** @param {number} nowMs On the clock of the history. */
  update(history, spanMs, nowMs) {
    // the chosen point stays the same one while new ones come
    const chosenMs = this.#chosen === null ? null : this.#history.atMs[this.#chosen]
    this.#history = history
    this.#spanMs = spanMs
    this.#nowMs = nowMs
    const index = chosenMs === null ? -1 : history.atMs.indexOf(chosenMs)
    this.#chosen = index < 0 ? null : index
    this.#draw()
  }

  #draw() {
    const width = this.#svg.clientWidth
    if (this.#history === null || width === 0) return
    const columns = this.#spec.lines.map(({ key }) => this.#history[key])
    const scale = this.#scale(columns.flat().filter(value => value !== null))
    const y = value => HEIGHT - MARGIN.bottom - scale.height(value) * (HEIGHT - MARGIN.top - MARGIN.bottom)
    this.#svg.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`)
    this.#svg.setAttribute('aria-label', this.#described(columns))
    this.#svg.replaceChildren(
      ...this.#grid(width, scale.ticks, y),
      ...columns.flatMap((column, index) => this.#line(column, this.#spec.lines[index].style, width, y)),
      ...this.#cursor(width, columns, y),
    )
    this.#read(columns)
  }

  #scale(values) {
    const { log = false, whole = false, least } = this.#spec
    return log ? logScale(values) : linearScale(Math.max(least, ...values), whole)
  }

  #x(atMs, width) {
    const inner = width - MARGIN.left - MARGIN.right
    return MARGIN.left + inner * (1 - (this.#nowMs - atMs) / this.#spanMs)
  }

  #grid(width, ticks, y) {
    const { left, right } = MARGIN
    const rows = ticks.flatMap((value, tick) => [
      shape('line', {
        class: tick === 0 ? 'axis' : 'grid',
        x1: left,
        x2: width - right,
        y1: y(value),
        y2: y(value),
      }),
      shape(
        'text',
        { x: left - 8, y: y(value) + 4, 'text-anchor': 'end' },
        tickText(value, this.#spec.format),
      ),
    ])
    const everyMs = this.#spanMs / this.#pieces(width - left - right)
    const times = Array.from({ length: Math.round(this.#spanMs / everyMs) + 1 }, (_, tick) => tick * everyMs)
    const labels = times.map(agoMs =>
      shape(
        'text',
        {
          x: this.#x(this.#nowMs - agoMs, width),
          y: HEIGHT - 6,
          'text-anchor': agoMs === 0 ? 'end' : 'middle',
        },
        agoMs === 0 ? 'now' : axisText(agoMs),
      ),
    )
    return [...rows, ...labels]
  }

  /** Into how many of equal length the axis of time is cut. */
  #pieces(inner) {
    const most = this.#spanMs % (5 * MINUTE_MS) === 0 ? 5 : 4
    return inner / most >= LEAST_GAP ? most : 2
  }

  /** Where there is no value the line is broken; a value alone is a dot. */
  #line(column, style, width, y) {
    const pieces = []
    let piece = []
    for (const [index, value] of column.entries()) {
      const x = this.#x(this.#history.atMs[index], width)
      if (value === null || x < MARGIN.left) {
        if (piece.length > 0) pieces.push(piece)
        piece = []
      } else piece.push(`${x.toFixed(1)},${y(value).toFixed(1)}`)
    }
    if (piece.length > 0) pieces.push(piece)
    return pieces.map(points => {
      if (points.length > 1) return shape('polyline', { class: `line ${style}`, points: points.join(' ') })
      const [cx, cy] = points[0].split(',')
      return shape('circle', { class: `dot ${style}`, cx, cy, r: 1.5 })
    })
  }

  #cursor(width, columns, y) {
    if (this.#chosen === null) return []
    const x = this.#x(this.#history.atMs[this.#chosen], width)
    const dots = columns.flatMap((column, index) => {
      const value = column[this.#chosen]
      if (value === null) return []
      return [shape('circle', { class: `dot ${this.#spec.lines[index].style}`, cx: x, cy: y(value), r: 4 })]
    })
    const bottom = HEIGHT - MARGIN.bottom
    return [shape('line', { class: 'cursor', x1: x, x2: x, y1: MARGIN.top, y2: bottom }), ...dots]
  }

  /** The values of the chosen point, or of the newest. */
  #read(columns) {
    const { atMs } = this.#history
    const at = this.#chosen ?? atMs.length - 1
    for (const [index, column] of columns.entries()) {
      const [value, unit] = this.#spec.format(column[at] ?? null)
      setText(this.#values[index], value === NONE || unit === '' ? value : `${value} ${unit}`)
    }
    setText(this.#when, this.#chosen === null ? '' : agoText(this.#nowMs - atMs[at]))
  }

  #described(columns) {
    const { title, lines, format } = this.#spec
    const parts = lines.map((line, index) => {
      const column = columns[index]
      const most = Math.max(0, ...column.map(value => value ?? 0))
      return `${line.title} now ${format(column.at(-1) ?? null).join(' ')}, at most ${format(most).join(' ')}`
    })
    return `${title} over the last minutes: ${parts.join('; ')}`
  }

  #point(event) {
    if (this.#history === null) return
    const box = this.#svg.getBoundingClientRect()
    const x = event.clientX - box.left
    const distances = this.#history.atMs.map(atMs => Math.abs(this.#x(atMs, box.width) - x))
    this.#choose(distances.length === 0 ? null : distances.indexOf(Math.min(...distances)))
  }

  #key(event) {
    const last = (this.#history?.atMs.length ?? 0) - 1
    const moves = { ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30, Home: -last, End: last }
    const move = moves[event.key]
    if (event.key === 'Escape') this.#choose(null)
    if (move === undefined || last < 0) return
    event.preventDefault()
    this.#choose(Math.max(0, Math.min(last, (this.#chosen ?? last) + move)))
  }

  #choose(index) {
    if (index === this.#chosen) return
    this.#chosen = index
    // what somebody looks up is read aloud, what changes by itself is not
    this.#legend.setAttribute('aria-live', index === null ? 'off' : 'polite')
    this.#draw()
  }
}

function swatch(style) {
  const line = shape('line', { class: `line ${style}`, x1: 1, x2: 21, y1: 5, y2: 5 })
  return shape('svg', { class: 'swatch', width: 22, height: 10, 'aria-hidden': 'true' }, line)
}

/** Round numbers without the digits that a measured one has. */
function tickText(value, format) {
  const [number, unit] = format(value)
  const short = number.includes('.') ? number.replace(/\.?0+$/, '') : number
  return unit === 's' || (value !== 0 && unit === 'ms') ? `${short} ${unit}` : short
}

function axisText(agoMs) {
  return agoMs % MINUTE_MS === 0 ? `−${agoMs / MINUTE_MS} min` : `−${Math.round(agoMs / 1000)} s`
}

function agoText(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  return `${minutes > 0 ? `${minutes} min ` : ''}${seconds % 60} s ago`
}
