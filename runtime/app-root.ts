// The folder of the score module.

import { existsSync } from 'node:fs'
import { ScorehostError } from './errors.ts'

/** @throws ScorehostError ERR_CONFIG_INVALID where it is not there */
export function requireAppRoot(appRoot: string): void {
  if (!existsSync(appRoot))
    throw new ScorehostError('ERR_CONFIG_INVALID', `AML_APP_ROOT: the folder ${appRoot} does not exist`)
}
