// Which ports may be opened where. A platform's sidecar that finds its own port taken dies, and the service with it.

import { PROFILE_TABLE } from './profile.ts'
import { invalidSetting } from './setting-value.ts'
import type { SettingName, Settings } from './settings.ts'

type PortSettings = Pick<
  Settings,
  | 'port'
  | 'healthPort'
  | 'metricsPort'
  | 'inspectPort'
  | 'workerAddress'
  | 'workerPort'
  | 'workerCount'
  | 'safePortRange'
  | 'profile'
>

/** Ports that settings name, each by the setting that names it. The first is the public one. */
function portsOf(settings: PortSettings): [SettingName, number][] {
  const { port, healthPort, metricsPort, inspectPort, workerAddress, workerPort, workerCount } = settings
  const workers =
    workerAddress === 'unix' ? [] : Array.from({ length: workerCount }, (_, slot) => workerPort + slot)
  const named: [SettingName, number | null][] = [
    ['port', port],
    ['healthPort', healthPort],
    ['metricsPort', metricsPort],
    ['inspectPort', inspectPort],
    ...workers.map((worker): [SettingName, number] => ['workerPort', worker]),
  ]
  return named.flatMap(([name, number]): [SettingName, number][] =>
    number === null || number === 0 ? [] : [[name, number]],
  )
}

/**
 * Refuses ports that are the platform's, or that two settings name.
 *
 * @param origins Where each setting is from, for the message.
 * @throws ScorehostError ERR_CONFIG_INVALID
 */
export function checkPorts(settings: PortSettings, origins: Readonly<Record<SettingName, string>>): void {
  const { profile, safePortRange } = settings
  const taken = new Map<number, SettingName>()
  for (const [name, port] of portsOf(settings)) {
    const where = `${name}: port ${port} (${origins[name]})`
    if (PROFILE_TABLE[profile].forbids(port))
      throw invalidSetting(
        `${where} cannot be opened on platform ${profile}, which forbids ${PROFILE_TABLE[profile].forbidden}`,
      )
    if (name !== 'port' && !isSafe(port, safePortRange))
      throw invalidSetting(`${where} is not in SAGEMAKER_SAFE_PORT_RANGE, ${safePortRange}`)
    const other = taken.get(port)
    if (other !== undefined) throw invalidSetting(`${where} is that of ${other} too`)
    taken.set(port, name)
  }
}

/** Whether a worker may open this port, beside those that it was told. */
export function mayOpen(port: number, { profile, safePortRange }: PortSettings): boolean {
  return !PROFILE_TABLE[profile].forbids(port) && isSafe(port, safePortRange)
}

/** @throws ScorehostError ERR_CONFIG_INVALID for what is no range */
function isSafe(port: number, range: string | null): boolean {
  if (range === null) return true
  const [, first, last] = /^(\d+)-(\d+)$/.exec(range) ?? []
  if (first === undefined) throw invalidSetting(`SAGEMAKER_SAFE_PORT_RANGE: ${range} is not FIRST-LAST`)
  return port >= Number(first) && port <= Number(last)
}
