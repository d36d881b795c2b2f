# No `# syntax=` line, so that a builder has to fetch the base image only.
# An image of the reference server. The base image must contain Node.js and npm.
ARG BASE=node:24-slim
FROM ${BASE}
WORKDIR /opt/gizmosql-conformance
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY bin bin
COPY protocol protocol
COPY reference reference
RUN mkdir /data && chmod 1777 /data
WORKDIR /data
ENV NODE_ENV=production
EXPOSE 31337 31338
ENTRYPOINT ["node", "/opt/gizmosql-conformance/bin/gizmosql-reference.js"]
