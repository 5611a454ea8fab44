-- What wrk sends: the body that bench/load-generator.ts puts into the environment.
wrk.method = 'POST'
wrk.headers['content-type'] = 'application/json'
wrk.body = os.getenv('BENCH_BODY')
