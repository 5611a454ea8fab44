// Instances in, predictions out: what clients of Vertex AI and KServe send.

import { PATIENCE_MS } from './start-runtime.ts'

export interface Predicted {
  readonly status: number
  readonly text: string
  /** The body, which is a JSON object. */
  readonly json: Readonly<Record<string, unknown>>
}

/** POSTs instances and reads the answer. */
export async function predictAt(
  url: string,
  instances: readonly unknown[],
  signal: AbortSignal = AbortSignal.timeout(PATIENCE_MS),
): Promise<Predicted> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ instances })
  const answer = await fetch(url, { method: 'POST', headers, body, signal })
  const text = await answer.text()
  return { status: answer.status, text, json: JSON.parse(text) }
}
