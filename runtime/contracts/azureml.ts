// AzureML's contract, the reference: `/`, `/score`, `/swagger.json`.
// Source: https://learn.microsoft.com/azure/machine-learning/how-to-inference-server-http

import { ScorehostError } from '../errors.ts'
import { HEALTHY } from '../healthy.ts'
import { describeService } from '../openapi/description.ts'
import { OPENAPI_VERSIONS } from '../openapi/document.ts'
import type { Core } from '../scoring.ts'
import type { Contract, HttpCall, HttpReply } from './contract.ts'
import { scoringRoutes } from './score-call.ts'

function swagger(call: HttpCall, core: Core): HttpReply {
  const asked = new URLSearchParams(call.query).get('version')
  const version = asked === null ? null : OPENAPI_VERSIONS.find(known => known === asked)
  if (version === undefined) {
    const message = `There is no swagger version "${asked}"; there are ${OPENAPI_VERSIONS.join(', ')}.`
    throw new ScorehostError('ERR_NOT_FOUND', message)
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: describeService(core.service, version),
  }
}

export const azureml: Contract = {
  name: 'azureml',
  routes: [
    {
      method: 'GET',
      path: '/',
      body: 'none',
      handle: () => ({
        status: 200,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: HEALTHY,
      }),
    },
    ...scoringRoutes('/score'),
    { method: 'GET', path: '/swagger.json', body: 'none', handle: swagger },
  ],
}
