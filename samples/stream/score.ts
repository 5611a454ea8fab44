// Writes a story, token by token, as a language model would: each goes out as soon as it is there.

import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { RunContext } from 'scorehost'
import { MarkovModel, tokenise } from './markov.ts'
import { seededRandom } from './random.ts'

/** So long a larger model would take for a token. */
const PAUSE_MS = 20

interface Input {
  readonly prompt?: string
  readonly maxTokens?: number
  readonly temperature?: number
  readonly seed?: number
}

export const input = {
  type: 'object',
  properties: {
    prompt: { type: 'string', maxLength: 1000, default: '' },
    maxTokens: { type: 'integer', minimum: 1, maximum: 500, default: 60 },
    temperature: { type: 'number', minimum: 0, maximum: 2, default: 0.8 },
    seed: {
      description: 'The same seed writes the same text; one is made up where there is none',
      type: 'integer',
      minimum: 0,
      maximum: 2 ** 32 - 1,
    },
  },
  additionalProperties: false,
}

export const inputSample: Input = { prompt: 'The Rabbit', maxTokens: 40, seed: 7 }

let model: MarkovModel

export async function init() {
  model = new MarkovModel(await readFile(new URL('alice.txt', import.meta.url), 'utf8'))
}

/** Async generators stream: each value that is yielded is an event, or a line of JSON. */
export async function* run(
  { prompt = '', maxTokens = 60, temperature = 0.8, seed = Math.floor(Math.random() * 2 ** 32) }: Input,
  { signal, log }: RunContext,
) {
  const random = seededRandom(seed)
  const tokens = tokenise(` ${prompt}`)
  const given = tokens.length
  while (tokens.length < given + maxTokens) {
    const token = model.next(tokens, { temperature, random })
    tokens.push(token)
    yield { token }
    await pause(PAUSE_MS, undefined, { signal }).catch(() => {}) // an abort is seen in the next line
    if (signal.aborted) {
      log.info({ tokens: tokens.length - given }, 'nobody listens any more')
      return
    }
  }
  yield { done: true, tokens: tokens.length - given, seed }
}
