// Paths of the settings beside those of the contracts.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contractsFor } from '../../runtime/contracts/index.ts'
import { Router } from '../../runtime/http/router.ts'
import { settingsOf } from '../support/settings.ts'

function router(env: Readonly<Record<string, string>>): Router {
  const settings = settingsOf({ env })
  return new Router(contractsFor(settings))
}

const methods = (env: Readonly<Record<string, string>>, path: string) => router(env).methods(path).toSorted()

test('a path is added, one with a star takes what is below it, after all others', () => {
  const env = { SCOREHOST_SCORE_PATHS: '/hello/model,/*' }
  assert.deepEqual(methods(env, '/hello/model'), ['GET', 'OPTIONS', 'POST'])
  assert.deepEqual(methods(env, '/whatever/else:there'), ['GET', 'OPTIONS', 'POST'])
  assert.deepEqual(methods(env, '/execution-parameters'), ['GET'])
  assert.deepEqual(methods({}, '/hello/model'), [])
})

test('a path that scores already stays what it is', () => {
  for (const path of ['/score', '/', '/predict', '/v2/models/a/infer', '/v1/models/a:predict'])
    assert.deepEqual(methods({ SCOREHOST_SCORE_PATHS: path }, path), methods({}, path), path)
})

test('instances may take a path that scores otherwise', () => {
  const { route } = router({ SCOREHOST_PREDICT_PATHS: '/predict' }).find('POST', '/predict')
  assert.notEqual(route, router({}).find('POST', '/predict').route)
})

const TAKEN: readonly [Record<string, string>, RegExp][] = [
  [{ SCOREHOST_SCORE_PATHS: '/swagger.json' }, /^scorePaths: \/swagger\.json is taken/],
  [{ SCOREHOST_SCORE_PATHS: '/docs/x' }, /^scorePaths: \/docs\/x is taken/],
  [{ SCOREHOST_SCORE_PATHS: '/metrics' }, /^scorePaths: \/metrics is taken/],
  [{ SCOREHOST_SCORE_PATHS: '/livez' }, /^scorePaths: \/livez is taken/],
  [{ SCOREHOST_SCORE_PATHS: '/v1/models' }, /^scorePaths: \/v1\/models is taken/],
  [{ SCOREHOST_PREDICT_PATHS: '/ping' }, /^predictPaths: \/ping is taken/],
  [{ SCOREHOST_HEALTH_PATHS: '/swagger.json' }, /^healthPaths: \/swagger\.json is taken/],
]

for (const [env, message] of TAKEN)
  test(`refused: ${JSON.stringify(env)}`, () => {
    assert.throws(() => router(env), { code: 'ERR_CONFIG_INVALID', message })
  })
