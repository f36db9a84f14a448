# A throw-away PostgreSQL: made in a new directory, stopped and removed when standard input ends,
# that is when whoever wanted it has ended, however that came about.
# $1: the folder of PostgreSQL's programs. Each line read is a command, each is answered by a line.
set -eu
bin=$1

# PostgreSQL refuses to run as root.
as=""
[ "$(id -u)" != 0 ] || as="runuser -u postgres --"

# Short, for a socket's path has 107 bytes at most.
home=$($as mktemp -d /tmp/silverbell-pg.XXXXXX)
cd "$home"

control() { $as "$bin/pg_ctl" --silent --wait --pgdata "$home/data" "$@"; }
start() { control --log "$home/log" start; }
finish() {
    control --mode immediate stop >/dev/null 2>&1 || true
    cd / && $as rm -rf "$home"
}
trap finish EXIT

$as "$bin/initdb" --pgdata "$home/data" --username postgres --auth trust --encoding UTF8 \
    --locale C.UTF-8 --no-sync >/dev/null
$as tee -a "$home/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$home'
fsync = on
max_connections = 200
CONF
$as tee "$home/data/pg_hba.conf" >/dev/null <<CONF
local all needs_password scram-sha-256
local all all trust
CONF
start
echo "$home"

while read -r command; do
    case $command in
        start) start ;;
        stop) control --mode immediate stop ;;
    esac
    echo done
done
