# The filters in an image, with clfmon as its command; README and clfmon(1) say how it is run:
#   docker build -t clf-filters . && docker run -it -v /var/log/nginx:/var/log:ro clf-filters

FROM python:3.14-slim AS build
COPY . /src
RUN python -m venv /opt/clf-filters && \
    /opt/clf-filters/bin/pip install --no-cache-dir --constraint /src/constraints.txt /src && \
    /opt/clf-filters/bin/pip uninstall --yes pip

FROM python:3.14-slim
COPY --from=build /opt/clf-filters /opt/clf-filters
ENV PATH=/opt/clf-filters/bin:$PATH
# Images of Python come without bytecode, and nobody could write it at a start: this run does. It
# fails where a command does. A volume at this place belongs to whom the image's folder belongs.
RUN install -d -o 65534 -g 65534 /var/lib/clfmon && \
    clfgen --rate 100 --duration 1s >/tmp/access.log && \
    clfparse --strict /tmp/access.log >/tmp/records && \
    clfalert --pass --strict /tmp/records | clfstats --strict && \
    clfmon --version && \
    python -c "import clfstats.views.live.screen" && \
    rm /tmp/access.log /tmp/records
# Nobody: in numbers, for those who check that it is not root.
USER 65534:65534
ENTRYPOINT ["clfmon"]
CMD ["/var/log/access.log"]
