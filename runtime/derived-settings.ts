// Settings that follow from others, and from the container.

import { NO_SIGN } from './profile.ts'
import type { CpuLimit, MemoryLimit } from './resources.ts'
import type { Found } from './setting-value.ts'
import type { SettingName } from './settings.ts'

type FoundSettings = Map<SettingName, Found>

/** A worker of samples/iris has 113 MiB resident at rest on Node 20, 48 of them its own; the rest is for its requests. */
const WORKER_BYTES = 256 * 1024 ** 2

export interface Limits {
  readonly cpuLimit: CpuLimit
  readonly memoryLimit: Pick<MemoryLimit, 'bytes' | 'origin'>
}

/** Replaces `auto` by what fits the container. */
export function resolveAuto(found: FoundSettings, { cpuLimit, memoryLimit }: Limits): void {
  const settle = (name: SettingName, value: number, why: string) => {
    const was = found.get(name)
    if (was?.value === 'auto') found.set(name, { value, origin: `${was.origin} auto: ${why}` })
  }
  const byCpu = Math.max(1, Math.floor(cpuLimit.cpus))
  const byMemory = Math.max(1, Math.floor(memoryLimit.bytes / WORKER_BYTES))
  settle('workerCount', Math.min(byCpu, byMemory), byMemory < byCpu ? memoryLimit.origin : cpuLimit.origin)
  const workers = Number(found.get('workerCount')?.value)
  settle(
    'onnxThreads',
    Math.max(1, Math.floor(cpuLimit.cpus / workers)),
    `${cpuLimit.origin} for ${workers} workers`,
  )
}

/** In multi-model mode models are loaded and unloaded by request, unless somebody says otherwise. */
export function controlModels(found: FoundSettings): void {
  const control = found.get('modelControl')
  if (found.get('multiModel')?.value !== true || control?.origin !== 'default') return
  found.set('modelControl', { value: 'explicit', origin: 'default of multi-model mode' })
}

/** Of every pod. @see https://kubernetes.io/docs/concepts/containers/container-environment/#cluster-information */
const IN_POD = 'KUBERNETES_SERVICE_HOST'

/**
 * Replaces `auto` of the dashboard: it is for whoever sits at this machine. On a platform a sidecar passes requests on from
 * within the pod, so that anybody's come from 127.0.0.1.
 */
export function settleDashboard(
  found: FoundSettings,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const was = found.get('dashboard')
  if (was?.value !== 'auto') return
  const why = notOfThisMachine(found, env)
  found.set('dashboard', {
    value: why === null ? 'local' : 'off',
    origin: `${was.origin} auto: ${why ?? 'no sign of a platform'}`,
  })
}

function notOfThisMachine(
  found: FoundSettings,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  const profile = found.get('profile')
  if (profile !== undefined && profile.origin !== NO_SIGN) return `platform ${profile.value}`
  if (env[IN_POD]) return IN_POD
  return found.get('port')?.value === null ? 'no public port' : null
}

/** 23 days: with the margins that are added to it, this is still a time that a timer can have. */
const OFF_MS = 2_000_000_000
const OFF_WITH_INSPECTOR: readonly SettingName[] = ['scoringTimeoutMs', 'initTimeoutMs', 'queueTimeoutMs']

/** Nothing may end a worker that stands at a breakpoint; and of several workers only one could have the port. */
export function yieldToInspector(found: FoundSettings): void {
  const inspector = found.get('inspectPort')
  if (inspector === undefined || inspector.value === null) return
  const settle = (name: SettingName, value: number, what: string) =>
    found.set(name, { value, origin: `${what} while the inspector is open (${inspector.origin})` })
  settle('workerCount', 1, 'one')
  for (const name of OFF_WITH_INSPECTOR) settle(name, OFF_MS, 'off')
}

/** The warning that an open inspector deserves, if it is open to others. */
export function openInspector(found: ReadonlyMap<SettingName, Found>): string[] {
  const host = String(found.get('inspectHost')?.value)
  if ((found.get('inspectPort')?.value ?? null) === null || /^(127\.|localhost$|\[?::1\]?$)/.test(host))
    return []
  return [
    `the inspector listens on ${host}: whoever reaches it can run code in the worker (SCOREHOST_INSPECT_HOST)`,
  ]
}
