// The request of one iris flower, and its right answer.

import { repositoryPath } from '../test/support/start-runtime.ts'
import type { Contestant } from './contestants/contestant.ts'
import type { App } from './contestants/start-contestants.ts'
import type { Runner } from './load-sample.ts'
import { scoreRunner } from './score-contest.ts'

export const IRIS_APP: App = { program: 'bare', module: repositoryPath('samples/iris') }

export const IRIS_REQUEST = {
  headers: { 'content-type': 'application/json' },
  body: '{"data":[[5.1,3.5,1.4,0.2]]}',
} as const
const RIGHT_CLASSES = '["setosa"]'

export function irisRunner(contestant: Omit<Contestant, keyof AsyncDisposable>): Runner {
  return scoreRunner(contestant, IRIS_REQUEST)
}

/** @throws Error where the answer is not the right one */
export async function requireIris({ name, url, headers, body }: Runner): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers, body })
  const text = await answer.text()
  if (!answer.ok || JSON.stringify(JSON.parse(text).classes) !== RIGHT_CLASSES)
    throw new Error(`${name} answers ${answer.status} ${text} in place of the classes ${RIGHT_CLASSES}`)
}
