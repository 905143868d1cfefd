# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS build
WORKDIR /ao
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates git openssh-client tini tmux \
  && rm -rf /var/lib/apt/lists/* \
  && ln -s /opt/ao/bin/ao /usr/local/bin/ao
COPY --from=build /ao/package.json /opt/ao/package.json
COPY --from=build /ao/bin /opt/ao/bin
COPY --from=build /ao/dist /opt/ao/dist
COPY --from=build /ao/migrations /opt/ao/migrations
COPY --from=build /ao/plugins/agent/command/demo /opt/ao/plugins/agent/command/demo
COPY --from=build /ao/node_modules /opt/ao/node_modules
# State, clones and worktrees live here: mount a volume, or they go with the container.
RUN mkdir /data && chown node:node /data
USER node
WORKDIR /data
ENV AO_DATA_DIR=/data AO_HOST=0.0.0.0 AO_PORT=3000 LANG=C.UTF-8
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "require('node:http').get({port: process.env.AO_PORT, path: '/healthz'}, (r) => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "ao"]
CMD ["start"]
