// The contracts that are served, all at once.

import { azureml } from './azureml.ts'
import type { Contract } from './contract.ts'

export const CONTRACTS: readonly Contract[] = [azureml]
