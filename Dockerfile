# A program and nothing else: a static binary on an empty image, run by nobody in particular.
#
#     docker build -t unleak .
#     docker run --rm --network none -v "$PWD:/repo:ro" unleak scan .

FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
RUN cargo build --release --locked && mkdir /empty

FROM scratch
COPY --from=build /src/target/release/unleak /unleak
COPY --from=build /empty /repo
USER 65532:65532
WORKDIR /repo
ENTRYPOINT ["/unleak"]
CMD ["scan", "."]
