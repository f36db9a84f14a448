#!/bin/sh
# Installs what the part `roads` compares us with, where it is missing, and says what it does:
# PostGIS and Redis from Debian, Valhalla from PyPI into a folder of its own. What cannot be
# installed is named, and is no error: the benchmark goes on without it.
# Usage: peers.sh FOLDER    (the folder in which Valhalla's own Python goes)
set -u
folder=${1:?usage: peers.sh FOLDER}

# The wheel must bring Valhalla's programs, for it builds its own roads: pyvalhalla 3.2.0 has none,
# and later ones have no wheel for Python 3.11.
valhalla=pyvalhalla-weekly==3.5.1.post1.dev248

say() { echo "peers: $*" >&2; }

# Debian starts no service at run level 1: the benchmark starts its own, on sockets.
debian() {
    as=""
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || { say "installing $1 needs root"; return 1; }
        as="sudo -n"
    fi
    command -v apt-get >/dev/null || { say "this is no Debian"; return 1; }
    say "apt-get install $1"
    install="$as env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq install -y"
    install="$install --no-install-recommends"
    $install "$1" >/dev/null 2>&1 && return
    # The lists of packages may be old, or there may be none yet.
    $as apt-get -qq update >/dev/null && $install "$1" >/dev/null
}

# PostGIS is built for one version of PostgreSQL: the newest here, which is the one that is started.
version=$(ls /usr/lib/postgresql 2>/dev/null | sort -n | tail -n 1)
if [ -z "$version" ]; then
    say "PostGIS is missing: there is no PostgreSQL (apt-get install postgresql)"
elif [ -f "/usr/share/postgresql/$version/extension/postgis.control" ]; then
    say "PostGIS for PostgreSQL $version is there"
else
    debian "postgresql-$version-postgis-3" || say "PostGIS for PostgreSQL $version is missing"
fi

if command -v redis-server >/dev/null; then
    say "Redis is there"
else
    debian redis-server || say "Redis is missing"
fi

python=$folder/valhalla/bin/python
if [ -x "$python" ] && "$python" -m valhalla print_bin_path >/dev/null 2>&1; then
    say "Valhalla is there"
else
    say "pip install $valhalla into $folder/valhalla"
    rm -rf "$folder/valhalla"
    mkdir -p "$folder" &&
        python3 -m venv "$folder/valhalla" >&2 &&
        "$python" -m pip install --quiet --disable-pip-version-check "$valhalla" >&2 ||
        say "Valhalla is missing (it needs python3-venv, the network, and a wheel for this Python)"
fi
