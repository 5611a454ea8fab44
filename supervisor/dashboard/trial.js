// The form that sends one request to /score and shows what comes back.

import { byId, element } from './element.js'
import { bytes, joined, milliseconds } from './figures.js'

/** A longer answer is cut: the page is for looking, not for reading megabytes. */
const MOST_CHARACTERS = 100_000
const HEADERS = ['content-type', 'x-request-id', 'x-ms-run-fn-exec-ms', 'retry-after']

export class Trial {
  #body = byId('body')
  #type = byId('type')
  #send = byId('send')
  #cancel = byId('cancel')
  #answer = byId('answer')
  #sample = '{}'
  #edited = false
  #request = null

  constructor() {
    byId('trial').addEventListener('submit', event => {
      event.preventDefault()
      void this.#score()
    })
    this.#cancel.addEventListener('click', () => this.#request?.abort())
    this.#body.addEventListener('input', () => {
      this.#edited = true
    })
    byId('sample').addEventListener('click', () => {
      this.#edited = false
      this.#type.value = 'application/json'
      this.#body.value = this.#sample
    })
  }

  /** Asks for the sample; what somebody has written stays. */
  async askForSample() {
    try {
      const answer = await fetch('sample')
      if (answer.ok) this.#sample = indented(await answer.text())
    } catch {
      return // the page says already that the service cannot be reached
    }
    if (!this.#edited) this.#body.value = this.#sample
  }

  async #score() {
    if (this.#request !== null) return
    const request = new AbortController()
    this.#request = request
    this.#busy(true)
    const startMs = performance.now()
    try {
      const answer = await fetch('../score', {
        method: 'POST',
        headers: { 'content-type': this.#type.value.trim() || 'application/octet-stream' },
        body: this.#body.value,
        signal: request.signal,
      })
      const content = await answer.arrayBuffer()
      this.#show(answer, content, performance.now() - startMs)
    } catch (thrown) {
      const why = request.signal.aborted ? 'It was cancelled.' : `There was no answer: ${thrown.message}`
      this.#answer.replaceChildren(element('p', { class: 'badge bad' }, why))
    }
    this.#request = null
    this.#busy(false)
  }

  #busy(isBusy) {
    // not disabled: that would take the focus away
    this.#send.setAttribute('aria-disabled', String(isBusy))
    this.#cancel.hidden = !isBusy
    if (isBusy) this.#answer.replaceChildren(element('p', { class: 'empty' }, 'Waiting for the answer …'))
  }

  #show(answer, content, tookMs) {
    const type = answer.headers.get('content-type') ?? ''
    const facts = [
      ['time', joined(milliseconds(tookMs))],
      ['size', joined(bytes(content.byteLength))],
      ...HEADERS.map(name => [name, answer.headers.get(name)]).filter(([, value]) => value !== null),
    ]
    const status = `${answer.status} ${answer.statusText}`.trim()
    this.#answer.replaceChildren(
      element(
        'p',
        {},
        element('span', { class: `badge ${answer.ok ? 'good' : 'bad'}`, id: 'status' }, status),
      ),
      element(
        'dl',
        { class: 'facts' },
        ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
      ),
      element('pre', { tabindex: 0, 'aria-label': 'Body of the answer' }, textOf(content, type)),
    )
  }
}

function textOf(content, type) {
  if (content.byteLength === 0) return '(no body)'
  if (!/^text\/|json|xml|javascript/.test(type)) return `(${type || 'bytes of no type'}: not shown)`
  const text = new TextDecoder().decode(content)
  const shown = /json/.test(type) && text.length <= MOST_CHARACTERS ? indented(text) : text
  return shown.length > MOST_CHARACTERS ? `${shown.slice(0, MOST_CHARACTERS)}\n… (cut)` : shown
}

/**
 * JSON with line breaks, short lists on one line. The numbers stay as they are written, for JavaScript would round the long ones.
 */
function indented(json) {
  try {
    JSON.parse(json)
  } catch {
    return json
  }
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? []
  return new Layout(tokens).text()
}

/** As wide as a line may be before it is broken. */
const WIDTH = 66

class Layout {
  #tokens
  #at = 0

  constructor(tokens) {
    this.#tokens = tokens
  }

  text() {
    return this.#value('')
  }

  #value(indent) {
    const open = this.#tokens[this.#at++]
    if (open !== '[' && open !== '{') return open
    const close = open === '[' ? ']' : '}'
    const deeper = `${indent}  `
    const parts = []
    while (this.#tokens[this.#at] !== close) {
      if (this.#tokens[this.#at] === ',') this.#at++
      parts.push(open === '{' ? this.#pair(deeper) : this.#value(deeper))
    }
    this.#at++
    const line = `${open}${parts.join(', ')}${close}`
    if (parts.length === 0 || (indent.length + line.length <= WIDTH && !line.includes('\n'))) return line
    return `${open}\n${parts.map(part => deeper + part).join(',\n')}\n${indent}${close}`
  }

  #pair(indent) {
    const key = this.#tokens[this.#at]
    this.#at += 2
    return `${key}: ${this.#value(indent)}`
  }
}
