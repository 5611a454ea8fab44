// Everything that can be measured, in the order in which it is.

import type { Scenario } from './scenario.ts'
import { BATCHING } from './scenarios/batching.ts'
import { BLOCKING } from './scenarios/blocking.ts'
import { ECHO } from './scenarios/echo.ts'
import { IDLE } from './scenarios/idle.ts'
import { IRIS } from './scenarios/iris.ts'
import { MEMORY } from './scenarios/memory.ts'
import { START } from './scenarios/start.ts'
import { STREAM } from './scenarios/stream.ts'
import { TENSORS } from './scenarios/tensors.ts'

export const SCENARIOS: readonly Scenario[] = [
  ...IRIS,
  ...BATCHING,
  ...TENSORS,
  ECHO,
  STREAM,
  BLOCKING,
  IDLE,
  START,
  MEMORY,
]

/** Everybody whom some scenario measures. */
export const CONTESTANT_NAMES: readonly string[] = [
  ...new Set(SCENARIOS.flatMap(({ contestants }) => contestants)),
]
