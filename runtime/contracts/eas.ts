// PAI-EAS's contract: the bare endpoint of a service is `/`, and a path behind it is whatever the user's code serves.
// Source: https://www.alibabacloud.com/help/en/pai/user-guide/deploy-a-custom-image

import type { Contract } from './contract.ts'
import { scoringRoutes } from './score-call.ts'

export const eas: Contract = {
  name: 'eas',
  // GET is health there, which the supervisor answers
  routes: scoringRoutes('/').filter(({ method }) => method !== 'GET'),
}
