FROM debian:trixie-slim AS base
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 \
    && rm -rf /var/lib/apt/lists/*

FROM base AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3-venv
COPY . /source
RUN python3 -m venv /opt/opsemu \
    && /opt/opsemu/bin/pip install --no-cache-dir "/source[redis,yaml]" \
    && /opt/opsemu/bin/pip uninstall --yes pip

FROM base
COPY --from=build /opt/opsemu /opt/opsemu
RUN useradd --uid 10001 --no-create-home opsemu \
    && mkdir /seed /state \
    && chown opsemu: /state
ENV PATH=/opt/opsemu/bin:/usr/bin:/bin
ENV OPSEMU_HOST=0.0.0.0
ENV OPSEMU_SEED=/seed
ENV OPSEMU_STATE=file:/state
USER opsemu
VOLUME /state
EXPOSE 8790
HEALTHCHECK --interval=10s --start-period=5s CMD ["opsemu", "healthcheck"]
CMD ["opsemu", "serve"]
