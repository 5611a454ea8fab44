// A scrape of /metrics, read back.

import assert from 'node:assert/strict'

/** Values by series, as they are written: `name{label="value"}`. */
export type Scrape = ReadonlyMap<string, number>

export async function scrape(url: string, path = '/metrics'): Promise<Scrape> {
  const answer = await fetch(`${url}${path}`)
  const text = await answer.text()
  assert.equal(answer.status, 200, text)
  return readScrape(text)
}

export function readScrape(text: string): Scrape {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map(line => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}

/** Series of counters whose value is less than it was. */
export function fallen(before: Scrape, after: Scrape): string[] {
  return [...before].flatMap(([series, value]) => {
    const isCounter = /_(total|count|sum|bucket)(\{|$)|^nv_inference_(?!pending)/.test(series)
    const now = after.get(series)
    if (!isCounter || (now !== undefined && now >= value)) return []
    return [`${series}: ${value}, then ${now}`]
  })
}
