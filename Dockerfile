# syntax-free on purpose: any builder, without anything to fetch but the base image.
# The reference server, as a user would deploy it. Node.js and npm have to be in the base image.
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
