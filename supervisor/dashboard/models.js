// The models of the service, asked for as any client does: by the V2 protocol.

import { element } from './element.js'
import { badgeOf } from './tables.js'

const PATIENCE_MS = 10_000
/** Of models whose signature is asked for: each is a request to a worker. */
const MOST_SIGNATURES = 50

/** Fills a place with the models; to be called again when they may have changed. */
export function modelsIn(place) {
  let latest = 0
  return async () => {
    const turn = ++latest
    const nodes = await ask()
    // a later question may have been answered first
    if (turn === latest) place.replaceChildren(...nodes)
  }
}

async function ask() {
  try {
    const index = await json('../v2/repository/index', { method: 'POST', body: '{}' })
    if (index.length === 0)
      return [empty('No model is served as it is. What a score module loads is its own.')]
    return await Promise.all(index.map((model, number) => modelNode(model, number < MOST_SIGNATURES)))
  } catch (thrown) {
    return [empty(`The models cannot be asked for: ${thrown.message}`)]
  }
}

async function modelNode({ name, version, state, reason }, withSignature) {
  const isReady = state === 'READY'
  const word = (state || 'not loaded').toLowerCase()
  const nodes = [
    element(
      'h3',
      {},
      name,
      ' ',
      element('span', { class: 'muted' }, version ? `version ${version}` : ''),
      ' ',
      element('span', { class: `badge ${badgeOf(word)}` }, word),
    ),
  ]
  if (reason) nodes.push(element('p', { class: 'reason' }, reason))
  if (isReady && withSignature) nodes.push(await signatureNode(name, version))
  return element('div', { class: 'model' }, ...nodes)
}

async function signatureNode(name, version) {
  try {
    const versions = version ? `/versions/${encodeURIComponent(version)}` : ''
    const { inputs = [], outputs = [] } = await json(`../v2/models/${encodeURIComponent(name)}${versions}`)
    return element('dl', { class: 'signature' }, ...tensors('Inputs', inputs), ...tensors('Outputs', outputs))
  } catch (thrown) {
    return empty(`Its inputs cannot be asked for: ${thrown.message}`)
  }
}

function tensors(title, list) {
  return [
    element('dt', {}, title),
    ...list.map(({ name, datatype, shape }) =>
      element(
        'dd',
        {},
        element('span', { class: 'tensor' }, name),
        ' ',
        // a break may come only between the name and its type
        element('span', { class: 'type' }, `${datatype} [${shape.join(', ')}]`),
      ),
    ),
  ]
}

async function json(url, init = {}) {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(PATIENCE_MS) })
  if (!answer.ok) throw new Error(`status ${answer.status}`)
  return await answer.json()
}

function empty(text) {
  return element('p', { class: 'empty' }, text)
}
