// The stream sample: the same story by events and by lines, as it is written, and no longer than somebody reads it.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { runLine } from '../support/readme-commands.ts'
import { serveSample, withPort } from '../support/sample.ts'
import { repositoryPath } from '../support/start-runtime.ts'

describe('the sample stream', () => {
  const served = serveSample('stream')
  const REQUEST = { prompt: 'The Rabbit', maxTokens: 12, seed: 7 }
  const STORY = ' with pink eyes ran close by her own mind (as well'
  const ask = async (input: unknown, headers: Record<string, string> = {}) => {
    const all = { 'content-type': 'application/json', ...headers }
    return fetch(`${served.runtime.url}/score`, {
      method: 'POST',
      headers: all,
      body: JSON.stringify(input),
    })
  }
  const lines = async (answer: Response) =>
    (await answer.text())
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>) // true: each line is an object
  const story = (pieces: readonly Record<string, unknown>[]) =>
    pieces.map(piece => piece['token'] ?? '').join('')

  it('answers the request of its README by events', async () => {
    const readme = readFileSync(repositoryPath('samples/stream/README.md'), 'utf8')
    const line = /^curl .*$/m.exec(readme)?.[0] ?? ''
    const text = await runLine(withPort(line, served.runtime.port), repositoryPath('samples/stream'))
    const events = text.split('\n\n').filter(event => event !== '')
    const [, first = '', last = ''] = /```\n(data: [\s\S]*?)\n\n…\n\n(data: .*)\n```/.exec(readme) ?? []
    assert.deepEqual(events.slice(0, 3), first.split('\n\n'))
    assert.equal(events.at(-1), last)
    assert.equal(events.length, 41)
  })

  it('sends events to who accepts them', async () => {
    const answer = await ask(REQUEST, { accept: 'text/event-stream' })
    assert.match(String(answer.headers.get('content-type')), /^text\/event-stream/)
    const events = (await answer.text()).trim().split('\n\n')
    const pieces = events.map(event => JSON.parse(event.replace(/^data: /, '')) as Record<string, unknown>) // true: as above
    assert.equal(story(pieces), STORY)
    assert.deepEqual(pieces.at(-1), { done: true, tokens: 12, seed: 7 })
  })

  it('sends lines of JSON to anybody else, of the same text', async () => {
    const answer = await ask(REQUEST)
    assert.doesNotMatch(String(answer.headers.get('content-type')), /event-stream/)
    const pieces = await lines(answer)
    assert.equal(story(pieces), STORY)
    assert.deepEqual(pieces.at(-1), { done: true, tokens: 12, seed: 7 })
  })

  it('answers a GET, as an EventSource sends it', async () => {
    const url = `${served.runtime.url}/score?prompt=The+Rabbit&maxTokens=12&seed=7`
    assert.equal(story(await lines(await fetch(url))), STORY)
  })

  it('sends the first token before it has written the last', async () => {
    const answer = await ask({ maxTokens: 50, seed: 1 })
    const reader = answer.body?.getReader()
    const { value } = (await reader?.read()) ?? {}
    await reader?.cancel()
    const text = Buffer.from(value ?? []).toString()
    assert.match(text, /^{"token":/)
    assert.doesNotMatch(text, /"done"/)
  })

  it('makes up a seed, and repeats the text by it', async () => {
    const first = await lines(await ask({ maxTokens: 10 }))
    const { seed } = first.at(-1) ?? {}
    assert.deepEqual(await lines(await ask({ maxTokens: 10, seed })), first)
  })

  it('writes what is likeliest at temperature 0, whatever the seed', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(async seed => story(await lines(await ask({ temperature: 0, maxTokens: 10, seed })))),
    )
    assert.equal(one, other)
  })

  it('ends when the client hangs up', async () => {
    const client = new AbortController()
    const answer = await fetch(`${served.runtime.url}/score?maxTokens=500`, { signal: client.signal })
    await answer.body?.getReader().read()
    client.abort()
    const line = await served.runtime.waitForLog(({ msg }) => msg === 'nobody listens any more')
    assert.ok(Number(line['tokens']) < 500)
  })
})
