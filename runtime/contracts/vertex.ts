// Vertex AI's contract: instances to the path that AIP_PREDICT_ROUTE names. The one of AIP_HEALTH_ROUTE is the supervisor's.
// Source: https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements

import type { Settings } from '../settings.ts'
import type { Route } from './contract.ts'
import { predict } from './instances.ts'

/** A path that takes instances. */
export function predictRoute(path: string, { instances }: Pick<Settings, 'instances'>): Route {
  return {
    method: 'POST',
    path,
    body: 'raw',
    scores: true,
    handle: (call, core) => predict(call, core, instances),
  }
}
