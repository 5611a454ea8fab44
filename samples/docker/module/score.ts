// The distance between two places on the globe, along the surface.

type Place = readonly [latitude: number, longitude: number]

interface Journey {
  readonly from: Place
  readonly to: Place
}

const EARTH_RADIUS_KM = 6371.0088

/** An input that works. One that does not look like it is answered with 400. */
export const inputSample: Journey = { from: [52.52, 13.405], to: [48.8566, 2.3522] }

/** By the haversine formula: within half a percent of the true distance, for the earth is no sphere. */
export function run({ from, to }: Journey) {
  const [fromLatitude, toLatitude] = [radians(from[0]), radians(to[0])]
  const northward = Math.sin((toLatitude - fromLatitude) / 2)
  const eastward = Math.sin(radians(to[1] - from[1]) / 2)
  const haversine = northward ** 2 + Math.cos(fromLatitude) * Math.cos(toLatitude) * eastward ** 2
  return { km: 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(haversine)) }
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
