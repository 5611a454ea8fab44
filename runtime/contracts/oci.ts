// OCI Data Science's contract: POST `/predict`. `/predict/` is another endpoint; `/health` is the supervisor's.
// Source: https://docs.oracle.com/en-us/iaas/data-science/using/mod-dep-byoc.htm

import type { Contract } from './contract.ts'
import { score } from './score-call.ts'

export const oci: Contract = {
  name: 'oci',
  routes: [{ method: 'POST', path: '/predict', body: 'raw', scores: true, handle: score }],
}
