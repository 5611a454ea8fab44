// What each platform demands of a container beside answers to requests, and what it makes of the answers.

export interface Platform {
  readonly contract: string
  readonly title: string
  /** How it is recognised, where `SCOREHOST_PROFILE` does not say. */
  readonly sign: string
  /** What it demands, what is done, and how to set it. */
  readonly demands: readonly (readonly [demand: string, done: string, set: string])[]
  /** What becomes of our status codes on the way to the client. */
  readonly statuses: readonly string[]
}

export const PLATFORMS: readonly Platform[] = [
  {
    contract: 'azureml',
    title: 'AzureML',
    sign: '`AZUREML_ENTRY_SCRIPT` or `AZUREML_MODEL_DIR`; also where nothing tells',
    demands: [
      ['port 5001, `/`, `/score`, `/swagger.json`', 'served', '`SCOREHOST_PORT`'],
      [
        'models at `./azureml-models/{name}/{version}`, `AZUREML_MODEL_DIR` relative or absolute',
        'resolved against the app root, which is the working directory of the score module',
        '`AZUREML_MODEL_DIR`',
      ],
      [
        'a model path by name: the newest version by number, an exact one, `./name`',
        '`context.modelPath(name, version)`; the error lists what was searched',
        '',
      ],
      [
        'an init container fills the app root, which is read-only then',
        '[`scorehost prepare`](prepare.md) is that init container; nothing is written below the app root',
        '',
      ],
      [
        'a failed `init()` ends the container with exit code 3',
        'with the model folder as a tree in the log, at most 200 lines',
        '`SCOREHOST_BOOT_ATTEMPTS`',
      ],
      [
        'probes every 10 s, answered within 2 s, not in the access log',
        'answered by the supervisor, and never in the access log',
        '',
      ],
      [
        'the statuses of its Python server',
        '502 and 504 in place of its 500, unless set',
        '`SCOREHOST_STATUS=azmlinfsrv`',
      ],
      [
        'managed endpoints: any port and route, not root, 300 s of patience',
        '`/livez` and `/readyz`; see [deploy](../deploy/azureml/README.md)',
        '',
      ],
    ],
    statuses: [
      'Managed and Kubernetes online endpoints: any other than 200 reaches the client as 424, with the real one in `ms-azureml-model-error-statuscode` and the reason in `ms-azureml-model-error-reason`.',
      'Managed endpoints answer more requests than `max_concurrent_requests_per_instance` with 429, and cut a request after `request_timeout_ms` (5 s, at most 180 s): set `SCORING_TIMEOUT_MS` below it.',
      'Classic web services (ACI, AKS) pass statuses on as they are.',
    ],
  },
  {
    contract: 'eas',
    title: 'Alibaba PAI-EAS',
    sign: 'none: it sets nothing',
    demands: [
      [
        '`/api/predict/{service}/X` arrives as `/X`, the bare endpoint as `/`',
        'POST `/` scores, and so do paths of your own; `context.path` tells which',
        '`SCOREHOST_SCORE_PATHS`',
      ],
      [
        '8080 and 9090 are its own',
        'refused, exit code 2; workers listen on Unix sockets',
        '`SCOREHOST_PROFILE=eas`',
      ],
      [
        'a service that takes its work from a queue has no port',
        'no port is opened; the module begins its work in `init()`',
        '`SCOREHOST_PORT=none`',
      ],
      [
        'a processor class',
        'as the default export of the module; a throw is a 400: [coming-from.md](coming-from.md#pai-eas-a-processor)',
        '',
      ],
      [
        'an empty answer to an item of a queue: nothing to pass on',
        '`reply(Buffer.alloc(0))`, or `[Buffer.alloc(0), 200]` of a processor',
        '',
      ],
      [
        'probes every 3 s, answered within 1 s',
        'answered by the supervisor, however busy the workers are',
        '`SCOREHOST_HEALTH_PATHS`',
      ],
      ['its sidecar keeps idle connections for 30 s', 'they are kept for 75 s', ''],
      ['its sidecar checks the token', '`Authorization` is not looked at', ''],
      ['`command` or `script` (in a shell) starts the container', 'works as process 1 and below `sh -c`', ''],
    ],
    statuses: [
      'Statuses of the container are passed on.',
      'Its gateway answers 408 where a request takes longer than 5 s (`metadata.rpc.keepalive`), and 450 where its own queue is full.',
    ],
  },
  {
    contract: 'oci',
    title: 'Oracle OCI Data Science',
    sign: '`MODEL_DEPLOYMENT_OCID`',
    demands: [
      [
        'POST `/predict`, GET `/health`; a slash behind is another endpoint',
        'served; `/predict/` is a 404, nothing redirects',
        '`MODEL_DEPLOY_PREDICT_ENDPOINT`, `MODEL_DEPLOY_HEALTH_ENDPOINT`',
      ],
      ['server port and health port may differ', 'health on a second port', '`SCOREHOST_HEALTH_PORT`'],
      ['ports from 1024 on without 8446, 8447 and 24224', 'refused, exit code 2', ''],
      [
        'the model at `/opt/ds/model/deployed_model`, perhaps one folder deeper',
        'score module and models there, or in the only folder there; the log names it',
        '`AZUREML_MODEL_DIR`',
      ],
      ['curl in the image, for `curl -f http://localhost:PORT/health`', 'is there', ''],
      [
        'names of variables have 2 to 31 characters, all together 2,048 bytes',
        'every name of ours has at most 31; the rest fits into `scorehost.json`',
        '`SCOREHOST_CONFIG_FILE`',
      ],
      ['a cleared ENTRYPOINT with a CMD alone', 'works', ''],
      ['`/predictWithResponseStream` is stripped to the path behind it', 'streams go out as they come', ''],
      [
        'after SIGTERM nothing is documented; 10 s are assumed',
        'a drain of 1 s and 7 s',
        '`SCOREHOST_DRAIN_DELAY_MS`, `SCOREHOST_DRAIN_TIMEOUT_MS`',
      ],
    ],
    statuses: [
      'What becomes of statuses is not documented.',
      'Bodies of more than 10 MB and requests of more than 60 s are ended by the platform.',
    ],
  },
  {
    contract: 'sagemaker',
    title: 'Amazon SageMaker',
    sign: 'started as `serve`, or `/opt/ml/model` is there',
    demands: [
      ['`docker run image serve`, as root', '`serve` is a program of the image', ''],
      ['port 8080', 'the default there', '`SAGEMAKER_BIND_TO_PORT`'],
      [
        'further ports in a range alone',
        'refused outside of it, exit code 2; workers listen on Unix sockets',
        '`SAGEMAKER_SAFE_PORT_RANGE`',
      ],
      [
        'the model at `/opt/ml/model`, code in `code` below it',
        'score module in `code` or beside the models',
        '`SAGEMAKER_PROGRAM`',
      ],
      [
        '`/ping` within 2 s, 200 within 8 minutes of the start',
        'answered by the supervisor; 503 until every worker is ready',
        '',
      ],
      [
        '`/invocations` with Content-Type and Accept',
        'JSON, JSON lines and CSV in and out; a score module is given CSV as a text and anything else as a Buffer',
        '`SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT`',
      ],
      ['custom attributes', '`context.headers`, and a header of `reply()`', ''],
      [
        '`/execution-parameters` for batch transforms',
        'one request for each worker at once',
        '`WORKER_COUNT`',
      ],
      [
        'several models, loaded and unloaded by `/models`',
        'ONNX models; [models.md](models.md)',
        '`SAGEMAKER_MULTI_MODEL`',
      ],
      ['bodies of 1 GB for asynchronous inference', 'the limit is 1 GiB there', '`SCOREHOST_MAX_BODY_BYTES`'],
    ],
    statuses: [
      'Any 4xx and 5xx reaches the client as 424 `ModelError`, with the real one as `OriginalStatusCode` and the body as `OriginalMessage`.',
      'A request of more than 60 s is ended by the platform; with `SCORING_TIMEOUT_MS` below that the 504 says what happened.',
    ],
  },
  {
    contract: 'vertex',
    title: 'Google Vertex AI',
    sign: '`AIP_MODE=PREDICTION`',
    demands: [
      [
        'health and instances at the paths that it names',
        'served, also with a colon; a path that another contract has becomes one of instances',
        '`AIP_HEALTH_ROUTE`, `AIP_PREDICT_ROUTE`, `SCOREHOST_PREDICT_PATHS`',
      ],
      [
        '`{"instances": […], "parameters": …}` to `{"predictions": […]}`',
        'a score module is given one instance at a time, and `context.parameters`; a model all of them as one batch',
        '`SCOREHOST_INSTANCES=whole`',
      ],
      ['a container without its routes is of no use', 'exit code 2, naming the variable', ''],
      ['the TCP port is open within 40 s', 'it opens before `init()` runs', ''],
      [
        'artifacts at `AIP_STORAGE_URI`, gs:// or empty',
        'a folder is served; gs:// is refused with the ways that there are, for nothing is fetched',
        '`AZUREML_MODEL_DIR`',
      ],
    ],
    statuses: [
      'What becomes of statuses is not documented.',
      'Requests of more than 1.5 MB or 60 s are refused on shared endpoints; dedicated ones take 10 MB and up to an hour.',
    ],
  },
  {
    contract: 'kserve',
    title: 'KServe and Kubernetes',
    sign: '`K_SERVICE` or `--model_name`',
    demands: [
      ['port 8080, or `PORT`', 'the default there', '`PORT`, `--http_port`'],
      ['the ports of its queue proxy are taken', 'refused, exit code 2; workers listen on Unix sockets', ''],
      ["KServe's arguments", 'taken; those that mean nothing here are warned about', ''],
      ['the model at `/mnt/models`', 'served, by the name that `--model_name` gives', '`--model_dir`'],
      [
        'V1 and V2',
        'V1 below `/v1/models`, a score module too; V2: [models.md](models.md)',
        '`SCOREHOST_MODEL_NAME`',
      ],
      ['probes of plain Kubernetes', '`/livez` and `/readyz`', ''],
      ['restricted pods, random users', '[image.md](image.md#users-and-rights)', ''],
      [
        'SIGTERM races the removal from the load balancer; SIGKILL after 30 s',
        'a drain of 3 s and 20 s: [signals.md](signals.md)',
        '`SCOREHOST_DRAIN_DELAY_MS`, `SCOREHOST_DRAIN_TIMEOUT_MS`',
      ],
    ],
    statuses: [
      'Statuses are passed on. A 502, 503 or 504 without our `code` in it is of the mesh or of the queue proxy.',
    ],
  },
]
