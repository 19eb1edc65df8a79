# 晨钟的镜像。构建：docker build -t chenzhong .
# 网络慢时用近处的镜像：docker build --build-arg PIP_INDEX_URL=镜像的simple地址 -t chenzhong .
# 运行见 deploy/README.md。

FROM python:3.11-slim-bookworm AS build
ARG PIP_INDEX_URL
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN ["python", "-m", "venv", "/opt/chenzhong"]
# 依赖单独成一层：代码变了，依赖不必重装。
COPY requirements.lock ./
RUN ["/opt/chenzhong/bin/python", "-m", "pip", "install", "--require-hashes", "-r", "requirements.lock"]
COPY pyproject.toml ./
COPY samples samples
COPY models models
COPY scheduler scheduler
COPY bot bot
# 装好之后，安装工具就不再需要了。
RUN /opt/chenzhong/bin/python -m pip install --no-deps --no-build-isolation . \
 && /opt/chenzhong/bin/python -m pip uninstall --yes hatchling pathspec pluggy tomlkit trove-classifiers setuptools pip

FROM python:3.11-slim-bookworm
ENV PATH=/opt/chenzhong/bin:$PATH \
    HOME=/var/lib/chenzhong \
    PYTHONUNBUFFERED=1 \
    CHENZHONG_SERVER__HOST=0.0.0.0
COPY --from=build /opt/chenzhong /opt/chenzhong
WORKDIR /var/lib/chenzhong
COPY config.toml ./
# 不以 root 运行；数据（数据库、密钥）都在这一个目录里。
RUN ["install", "-d", "-o", "10001", "-g", "10001", "-m", "0700", "/var/lib/chenzhong/data"]
VOLUME ["/var/lib/chenzhong/data"]
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["chenzhong"]
CMD ["run"]
