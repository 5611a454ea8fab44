// The contracts that are served, all at once.

import type { Settings } from '../settings.ts'
import { azureml } from './azureml.ts'
import type { Contract } from './contract.ts'
import { customPaths } from './custom-paths.ts'
import { eas } from './eas.ts'
import { kserve } from './kserve.ts'
import { oci } from './oci.ts'
import { sagemaker } from './sagemaker.ts'
import { v2 } from './v2.ts'

/** @throws ScorehostError ERR_CONFIG_INVALID for a path of the settings that is taken */
export function contractsFor(settings: Settings): readonly Contract[] {
  const fixed = [azureml, eas, oci, sagemaker(settings), kserve(settings), v2]
  const served = fixed.flatMap(contract => contract.routes)
  return [...fixed, customPaths(settings, served)]
}
