// Body surface area by Du Bois' formula; what comes in is checked by Valibot, a package of this module's own.

import * as v from 'valibot'

export const input = v.object({
  weightKg: v.pipe(v.number(), v.minValue(1), v.maxValue(500)),
  heightCm: v.pipe(v.number(), v.minValue(30), v.maxValue(280)),
})

/** @see https://doi.org/10.1001/archinte.1916.00080130010002 */
export function run({ weightKg, heightCm }: v.InferOutput<typeof input>) {
  return { squareMetres: 0.007184 * weightKg ** 0.425 * heightCm ** 0.725 }
}
