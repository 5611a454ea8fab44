// The CKD-EPI equation of 2021: the glomerular filtration rate from the creatinine of the serum, without race.
//
// L. A. Inker et al., New Creatinine- and Cystatin C–Based Equations to Estimate GFR without Race, New England Journal of
// Medicine 385, 2021, https://doi.org/10.1056/NEJMoa2102953

export type Stage = 'G1' | 'G2' | 'G3a' | 'G3b' | 'G4' | 'G5'

export interface Patient {
  /** Years. */
  readonly age: number
  readonly sex: 'female' | 'male'
  /** Of the serum, in mg/dL. */
  readonly creatinine: number
}

/** µmol/L for one mg/dL of creatinine, whose molar mass is 113.12 g. */
export const MICROMOLES_PER_MILLIGRAM = 88.4

const COEFFICIENTS = {
  female: { kappa: 0.7, alpha: -0.241, factor: 1.012 },
  male: { kappa: 0.9, alpha: -0.302, factor: 1 },
}

/** Lower bounds in mL/min per 1.73 m². @see https://kdigo.org/guidelines/ckd-evaluation-and-management/ */
const STAGES: readonly (readonly [atLeast: number, stage: Stage])[] = [
  [90, 'G1'],
  [60, 'G2'],
  [45, 'G3a'],
  [30, 'G3b'],
  [15, 'G4'],
]

/** In mL/min per 1.73 m² of body surface. */
export function filtrationRate({ age, sex, creatinine }: Patient): number {
  const { kappa, alpha, factor } = COEFFICIENTS[sex]
  const ratio = creatinine / kappa
  return 142 * Math.min(ratio, 1) ** alpha * Math.max(ratio, 1) ** -1.2 * 0.9938 ** age * factor
}

export function stageOf(rate: number): Stage {
  return STAGES.find(([atLeast]) => rate >= atLeast)?.[1] ?? 'G5'
}
