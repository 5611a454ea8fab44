// How many replicas a load needs: AzureML's formula, reckoned exactly.

/** A decimal number without rounding: `digits` times ten to the power of `-scale`. 0.7 has no exact double, and 7 * 10 / 0.7 no 100. */
export interface Decimal {
  readonly digits: bigint
  readonly scale: number
}

export interface Load {
  readonly requestsPerSecond: Decimal
  readonly secondsPerRequest: Decimal
  /** Share of the replicas that is to be busy, above 0 and at most 1. */
  readonly utilization: Decimal
  /** Requests that one container runs at once. */
  readonly perContainer: Decimal
}

/** Of a text such as `20`, `0.7` or `.5`; null where it is none, or has a sign or an exponent. */
export function readDecimal(text: string): Decimal | null {
  const [, whole = '', fraction = ''] = /^(\d*)(?:\.(\d+))?$/.exec(text) ?? []
  if (whole === '' && fraction === '') return null
  return { digits: BigInt(whole + fraction), scale: fraction.length }
}

export function multiply(one: Decimal, other: Decimal): Decimal {
  return { digits: one.digits * other.digits, scale: one.scale + other.scale }
}

/** As people write it: no zeros that say nothing. */
export function decimalText({ digits, scale }: Decimal): string {
  const padded = digits.toString().padStart(scale + 1, '0')
  const point = padded.length - scale
  const fraction = padded.slice(point).replace(/0+$/, '')
  return fraction === '' ? padded.slice(0, point) : `${padded.slice(0, point)}.${fraction}`
}

/** Negative, zero or positive, as `one` is to `other`. */
export function compare(one: Decimal, other: Decimal): number {
  const difference = one.digits * 10n ** BigInt(other.scale) - other.digits * 10n ** BigInt(one.scale)
  return Number(difference > 0n) - Number(difference < 0n)
}

/**
 * Requests at once, over what the containers are to be used for, rounded up.
 *
 * @param load All of it above zero.
 * @see https://learn.microsoft.com/azure/machine-learning/v1/how-to-deploy-azure-kubernetes-service
 */
export function replicaCount(load: Load): bigint {
  const { requestsPerSecond, secondsPerRequest, utilization, perContainer } = load
  const atOnce = multiply(requestsPerSecond, secondsPerRequest)
  const perReplica = multiply(utilization, perContainer)
  const dividend = atOnce.digits * 10n ** BigInt(perReplica.scale)
  const divisor = perReplica.digits * 10n ** BigInt(atOnce.scale)
  return (dividend + divisor - 1n) / divisor
}
