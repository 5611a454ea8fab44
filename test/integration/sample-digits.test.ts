// The digits sample: pictures by upload, of many kinds, and what is no picture.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { paint, type Rgba, repainted } from '../support/pictures.ts'
import { answersItsReadme, serveSample } from '../support/sample.ts'
import { repositoryPath } from '../support/start-runtime.ts'

describe('the sample digits', () => {
  const served = serveSample('digits')
  const upload = async (data: Uint8Array | string, field = 'image') => {
    const form = new FormData()
    form.append(field, new Blob([data]), 'picture.png')
    const answer = await fetch(`${served.runtime.url}/score`, { method: 'POST', body: form })
    const body = (await answer.json()) as Record<string, unknown> // true: it answers with objects, and so do errors
    return { status: answer.status, json: body }
  }
  const picture = (name: string) => readFileSync(repositoryPath(`samples/digits/${name}.png`))

  it('answers the requests of its README', () => answersItsReadme('digits', served.runtime))

  const pictures = { zero: 0, two: 2, three: 3, five: 5, seven: 7, 'nine-on-black': 9 }
  for (const [name, digit] of Object.entries(pictures)) {
    it(`reads ${name}.png`, async () => {
      const { status, json: answer } = await upload(picture(name))
      assert.equal(status, 200, JSON.stringify(answer))
      assert.equal(answer['digit'], digit)
      assert.ok(Number(answer['probability']) > 0.9, JSON.stringify(answer))
      const top = answer['top'] as { digit: number; probability: number }[] // true: what score.ts returns
      assert.equal(top.length, 3)
      assert.deepEqual(top[0], { digit, probability: answer['probability'] })
      assert.ok(top.every((one, index) => one.probability <= (top[index - 1]?.probability ?? 1)))
    })
  }

  it('takes the picture as the body itself', async () => {
    const headers = { 'content-type': 'image/png' }
    const answer = await served.runtime.score(null, { body: picture('five'), headers })
    assert.equal(answer.json['digit'], 5)
  })

  it('takes a file of any other field name', async () => {
    assert.equal((await upload(picture('five'), 'upload')).json['digit'], 5)
  })

  const inks: Record<string, (ink: number) => Rgba> = {
    'black on nothing': ink => [0, 0, 0, ink],
    'white on nothing': ink => [255, 255, 255, ink],
    'blue on yellow': ink => [255 - ink, 255 - ink, 120, 255],
    'small and pale': ink => [230 - ink / 2, 230 - ink / 2, 230 - ink / 2, 255],
  }
  for (const [how, colour] of Object.entries(inks)) {
    it(`reads a digit that is ${how}`, async () => {
      assert.equal((await upload(repainted(picture('three'), colour))).json['digit'], 3)
    })
  }

  it('reads a picture of 2048 by 2048', async () => {
    const side = 2048
    const wide = paint(side, side, (x, y) => (x > 1900 && x < 2300 && y > 500 && y < 3000 ? 0 : 255))
    assert.equal((await upload(wide)).json['digit'], 1)
  })

  const refused: Record<string, { data: () => Uint8Array | string; error: RegExp }> = {
    'text is no PNG': { data: () => 'seven', error: /^the file is not a PNG$/ },
    'a header alone is no PNG': {
      data: () => picture('seven').subarray(0, 20),
      error: /^the file is not a PNG$/,
    },
    'half a PNG is broken': { data: () => picture('seven').subarray(0, 900), error: /^the PNG is broken: / },
    'a PNG that says it is larger': {
      data: () => withHeader(header => header.writeUInt32BE(100_000, 16)),
      error: /^the image is too large: 100000×\d+ pixels; 2048×2048 at most$/,
    },
    'an interlaced PNG': {
      data: () => withHeader(header => header.writeUInt8(1, 28)),
      error: /interlaced/,
    },
    'a blank picture': { data: () => paint(64, 64, () => 250), error: /^the image is blank$/ },
    'a picture of one pixel': { data: () => paint(1, 1, () => 0), error: /^the image is blank$/ },
    'no bytes': { data: () => '', error: /^the file is not a PNG$/ },
  }
  for (const [what, { data, error }] of Object.entries(refused)) {
    it(`is told by 400: ${what}`, async () => {
      const answer = await upload(data())
      assert.equal(answer.status, 400)
      assert.match(String(answer.json['error']), error)
    })
  }

  it('is told by 400 that there is no file', async () => {
    for (const input of [{}, null, [1, 2], 'text'])
      assert.equal((await served.runtime.score(input)).status, 400, JSON.stringify(input))
  })

  it('describes the upload by a file of its own', async () => {
    const answer = await fetch(`${served.runtime.url}/swagger.json?version=3`)
    const own = readFileSync(repositoryPath('samples/digits/swagger3.json'), 'utf8')
    assert.deepEqual(await answer.json(), JSON.parse(own))
  })

  function withHeader(change: (header: Buffer) => void): Buffer {
    const bytes = Buffer.from(picture('seven'))
    change(bytes)
    return bytes
  }
})
