// The front that the settings choose.

import type { Settings } from '../../runtime/settings.ts'
import type { OwnPaths } from '../own-paths.ts'
import type { Surroundings } from '../workers.ts'
import { ClosedFront } from './closed-front.ts'
import type { Front, FrontEvents } from './front.ts'
import { NginxFront } from './nginx-front.ts'
import { NodeFront } from './node-front.ts'

/** @throws the error of the file system where nginx needs a folder and the temporary folder cannot be written */
export function createFront(
  settings: Settings,
  { log, guard, runFolder, traces }: Surroundings,
  ownPaths: OwnPaths,
  events: FrontEvents,
): Front {
  const { port } = settings
  if (port === null) return new ClosedFront()
  const open = { ...settings, port }
  if (settings.front === 'node') return new NodeFront(open, ownPaths.answer, events, log, traces)
  return new NginxFront(open, { folder: runFolder.path, guard, traces }, ownPaths, events, log)
}
