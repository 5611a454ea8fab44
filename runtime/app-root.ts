// The folder of the score module.

import { readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { accessProblem } from './access-problem.ts'
import { ScorehostError } from './errors.ts'

/** A link that an image leaves in its app root: to the sample that is served until something else lies there. */
const SAMPLE_LINK = '.scorehost-sample'

/**
 * The app root of the sample where nothing but the link to it lies in this one, else null. A mount covers the link, and a COPY
 * or a mount below the app root puts something beside it: so nobody is ever served a mix of the sample and their own.
 */
export function sampleIn(appRoot: string): string | null {
  try {
    const [only, ...others] = readdirSync(appRoot)
    return only === SAMPLE_LINK && others.length === 0 ? realpathSync(join(appRoot, only)) : null
  } catch {
    // what is wrong with it is said by whoever needs what is in it
    return null
  }
}

/** Names in an app root that are its author's. */
export function ownNames(appRoot: string): readonly string[] {
  return readdirSync(appRoot).filter(name => name !== SAMPLE_LINK)
}

/** @throws ScorehostError ERR_CONFIG_INVALID where it is not there, or this process may not enter it */
export function requireAppRoot(appRoot: string): void {
  try {
    // the dot is looked up in the folder, which takes the right to enter it
    statSync(`${appRoot}/.`)
  } catch (thrown) {
    const isMissing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT'
    const why = isMissing ? 'does not exist' : `cannot be entered: ${accessProblem(thrown)}`
    throw new ScorehostError('ERR_CONFIG_INVALID', `AML_APP_ROOT: the folder ${appRoot} ${why}`)
  }
}
