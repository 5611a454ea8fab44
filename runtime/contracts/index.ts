// The contracts that are served, all at once.

import { azureml } from './azureml.ts'
import type { Contract } from './contract.ts'
import { v2 } from './v2.ts'

export const CONTRACTS: readonly Contract[] = [azureml, v2]
