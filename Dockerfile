# The tag of the repository is the version: keep .git in the build context.
FROM golang:1.26 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /nplint ./cmd/nplint

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /nplint /usr/local/bin/nplint
WORKDIR /src
ENTRYPOINT ["nplint"]
