// Measures contestants in turns: each of them once in a round.

import type { Round, Sample } from './figures.ts'

/** @returns rounds whose contestants are in the order given, whoever was first */
export async function takeRounds<T extends { readonly name: string }>(
  contestants: readonly T[],
  count: number,
  measure: (contestant: T) => Promise<Sample>,
): Promise<Round[]> {
  const rounds: Round[] = []
  for (let round = 0; round < count; round++) {
    const samples: [string, Sample][] = []
    for (const contestant of alternate(contestants, round))
      samples.push([contestant.name, await measure(contestant)])
    rounds.push(Object.fromEntries(alternate(samples, round)))
  }
  return rounds
}

/** Every other round the other way round, so that nobody always has the same neighbour. */
function alternate<T>(all: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? all : all.toReversed()
}
