# The image: the runtime below /opt/scorehost, nginx and tini beside it, the user's module and models at /var/azureml-app.
# docs/image.md says what is where. Nothing here names an architecture.

# the newest LTS; what is built runs on any Node from 20.19 on
ARG NODE_IMAGE=node:26-trixie-slim

# ---- what we wrote, compiled

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
# what the package has, without what is for editors and debuggers; scorehost init reads one declaration file
RUN npm run build \
 && npm pack --silent --pack-destination /tmp \
 && mkdir /out \
 && tar -xzf /tmp/scorehost-*.tgz -C /out --strip-components=1 \
 && cd /out \
 && chmod 755 dist/cli/scorehost.js \
 && rm -rf docs README.md CHANGELOG.md \
 && find dist -name '*.map' -delete \
 && find dist -name '*.d.ts' ! -name score-api.d.ts -delete

# ---- what it needs of others: a layer of its own, which changes only with the lock file

FROM ${NODE_IMAGE} AS packages
WORKDIR /packages
COPY package.json package-lock.json .npmrc ./
# of onnxruntime-node the files of this platform, of Swagger UI what its page asks for (runtime/http/app.ts) and what loads it, of
# OpenTelemetry what its SDK requires: not the same three times over as ES modules, nor the names of what others trace;
# of all packages what Node runs, and their licences
RUN npm ci --omit=dev --ignore-scripts \
 && cd node_modules \
 && platform=$(node -p '`${process.platform}/${process.arch}`') \
 && find onnxruntime-node/bin -type f ! -path "*/$platform/*" -delete \
 && test -n "$(find onnxruntime-node/bin -name '*.node')" \
 && rm -rf onnxruntime-node/script onnxruntime-node/lib onnxruntime-common/lib onnxruntime-common/dist/esm \
 && find swagger-ui-dist -type f -name '*.js' ! -name index.js ! -name absolute-path.js \
      ! -name swagger-ui-bundle.js ! -name swagger-ui-standalone-preset.js -delete \
 && rm -rf @opentelemetry/*/build/esm @opentelemetry/*/build/esnext \
 && find @opentelemetry/semantic-conventions -type f \( -name '*.mjs' -o -name 'experimental_*' -o -name 'index-incubating.*' \) -delete \
 && find . -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.flow' \
      -o -name '*.test.js' -o -iname 'readme*' -o -iname 'changelog*' -o -iname 'history.md' -o -name '.*' \) -delete \
 && find . -type d \( -name test -o -name tests -o -name __tests__ -o -name benchmark -o -name benchmarks \
      -o -name example -o -name examples -o -name docs -o -name .github \) -prune -exec rm -rf {} + \
 && find . -type d -empty -delete

# ---- the image

FROM ${NODE_IMAGE}

RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends curl nginx tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log

WORKDIR /opt/scorehost
COPY --from=packages /packages/node_modules node_modules
COPY --from=build /out .
COPY image bin

# The app root is the image user's, so that a Dockerfile may install packages there without being root. Until something else lies
# in it, the link says what is served; a mount covers it, a COPY puts it beside what counts.
RUN ln -s /opt/scorehost/dist/cli/scorehost.js /usr/local/bin/scorehost \
 && ln -s /opt/scorehost/dist/cli/scorehost.js /usr/local/bin/serve \
 && mkdir -m 775 /var/azureml-app \
 && ln -s /opt/scorehost/samples/iris /var/azureml-app/.scorehost-sample \
 && chown -h 1000:0 /var/azureml-app

ENV NODE_ENV=production \
    AML_APP_ROOT=/var/azureml-app \
    SCOREHOST_FRONT=nginx \
    SCOREHOST_DASHBOARD=off \
    ORT_DISABLE_TELEMETRY=1

WORKDIR /var/azureml-app
# a number: clusters that forbid root cannot tell from a name
USER 1000:1000
EXPOSE 5001
HEALTHCHECK --interval=10s --timeout=3s --start-period=300s --retries=3 CMD ["/opt/scorehost/bin/healthcheck"]
ENTRYPOINT ["/opt/scorehost/bin/entrypoint"]
CMD ["scorehost", "serve"]

# test/container/image.test.ts holds the version against package.json
ARG VERSION=0.1.0
ARG SOURCE=
ARG REVISION=
LABEL org.opencontainers.image.title="Scorehost" \
      org.opencontainers.image.description="The inference runtime inside a container: a score module or ONNX models in, a production scoring service out" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="MIT" \
      io.scorehost.contracts="azureml pai-eas oci-data-science sagemaker vertex-ai kserve-v1 open-inference-protocol-v2"
