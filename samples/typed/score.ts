// How well a kidney filters, estimated from a blood test. Every number that comes in has a unit and a range, and Zod holds it.

import { z } from 'zod'
import { filtrationRate, MICROMOLES_PER_MILLIGRAM, stageOf } from './ckd-epi.ts'

/** Milligrams per decilitre; what is outside is a slip of the pen, or the other unit. */
const LOWEST_CREATININE = 0.1
const HIGHEST_CREATININE = 25

// strict, so that a misspelt `unit` is an error and not the default
const patient = z
  .strictObject({
    id: z.string().min(1).optional(),
    age: z
      .number()
      .min(18, 'must be 18 or more, for the formula is for adults')
      .max(120)
      .meta({ description: 'In years' }),
    sex: z.enum(['female', 'male']),
    creatinine: z.number().positive().meta({ description: 'Of the serum, in `unit`' }),
    unit: z.enum(['mg/dL', 'µmol/L']).default('mg/dL'),
  })
  .refine(inRange, {
    path: ['creatinine'],
    error: 'is out of range in this unit; is it in the other one?',
  })

export const input = z.strictObject({
  patients: z.array(patient).min(1).max(1000),
  decimals: z.int().min(0).max(3).default(0),
})

export const output = z.object({
  formula: z.literal('CKD-EPI 2021'),
  results: z.array(
    z.object({
      id: z.string().optional(),
      egfr: z.number().meta({ description: 'mL/min per 1.73 m²' }),
      stage: z.enum(['G1', 'G2', 'G3a', 'G3b', 'G4', 'G5']),
    }),
  ),
})

type Output = z.infer<typeof output>

export const inputSample: z.input<typeof input> = {
  patients: [
    { id: 'a', age: 50, sex: 'female', creatinine: 0.8 },
    { id: 'b', age: 67, sex: 'male', creatinine: 168, unit: 'µmol/L' },
  ],
}

/** @param request What Zod made of the body: defaults are filled in. */
export function run({ patients, decimals }: z.output<typeof input>): Output {
  const results = patients.map(({ id, age, sex, ...test }) => {
    const rate = filtrationRate({ age, sex, creatinine: milligrams(test) })
    const egfr = Number(rate.toFixed(decimals))
    return { ...(id === undefined ? {} : { id }), egfr, stage: stageOf(egfr) }
  })
  return { formula: 'CKD-EPI 2021', results }
}

interface BloodTest {
  readonly creatinine: number
  readonly unit: 'mg/dL' | 'µmol/L'
}

function inRange(test: BloodTest): boolean {
  const inMilligrams = milligrams(test)
  return inMilligrams >= LOWEST_CREATININE && inMilligrams <= HIGHEST_CREATININE
}

function milligrams({ creatinine, unit }: BloodTest): number {
  return unit === 'mg/dL' ? creatinine : creatinine / MICROMOLES_PER_MILLIGRAM
}
