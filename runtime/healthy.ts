// What AzureML's own server answers on `/`, and so do front and worker.

/** Its clients compare the text. */
export const HEALTHY = 'Healthyroot'
