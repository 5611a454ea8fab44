// Why a port cannot be opened that is to be.

import { ScorehostError } from '../../runtime/errors.ts'

/**
 * @param error Of listen().
 * @param setting That names the port.
 */
export function listenError(
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
  setting: string,
): ScorehostError {
  const address = `${host}:${port}`
  if (error.code === 'EADDRINUSE') {
    return new ScorehostError('ERR_ADDRESS_IN_USE', `${address} is taken by another process (${setting}).`)
  }
  return new ScorehostError(
    'ERR_CONFIG_INVALID',
    `Cannot listen on ${address} (SCOREHOST_HOST, ${setting}): ${error.message}`,
  )
}
