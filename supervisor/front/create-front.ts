// The front that the settings choose.

import type { Settings } from '../../runtime/settings.ts'
import type { AnswerHealth } from '../health.ts'
import type { Surroundings } from '../workers.ts'
import type { Front, FrontEvents } from './front.ts'
import { NginxFront } from './nginx-front.ts'
import { NodeFront } from './node-front.ts'

/** @throws the error of the file system where nginx needs a folder and the temporary folder cannot be written */
export function createFront(
  settings: Settings,
  { log, guard, runFolder }: Surroundings,
  events: FrontEvents & { readonly answerHealth: AnswerHealth },
): Front {
  if (settings.front === 'node') return new NodeFront(settings, events.answerHealth, events, log)
  return new NginxFront(settings, runFolder.path, guard, events.answerHealth, events, log)
}
