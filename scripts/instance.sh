# What `make run`, stop, reset, region and bench share about the instance in .local; sourced, never run.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$ROOT" || exit 1

STATE=$ROOT/.local
export STATE
export HOST=${HOST:-127.0.0.1} PORT=${PORT:-8000}
export WEB_WORKERS=${WEB_WORKERS:-2} TASK_WORKERS=${TASK_WORKERS:-2} RETRIES=100000
RUN_AS=$(id -un)
export RUN_AS
export PATH=$ROOT/.venv/bin:$PATH

CONTROL=$STATE/run/supervisor.sock
if [ ${#STATE} -gt $SOCKET_DIRECTORY_LIMIT ]; then
  CONTROL=$(socket_directory "$STATE" supervisor)/supervisor.sock
fi
export CONTROL

exec 7>&2 # what is shown although a step's output goes to its log

mkdir -p "$STATE/run" "$STATE/log" "$STATE/static"

# load_environment: write .local/environment (0600; manage.py reads it too) and take it over.
load_environment() {
  local line
  (
    umask 077
    scripts/services env >"$STATE/environment"
    printf '%s\n' SECURE=false >>"$STATE/environment"
  )
  while IFS= read -r line; do export "${line?}"; done <"$STATE/environment"
}

control() { .venv/bin/supervisorctl -c scripts/supervisord.conf "$@"; }

# instance_process: print the process that runs the instance, if there is one.
instance_process() {
  local process
  process=$(cat "$STATE/run/run.pid" 2>/dev/null) || return 1
  if flock --nonblock "$STATE/run/lock" true; then return 1; fi
  printf '%s' "$process"
}

# attend CMD…: run CMD so that a signal to us is heeded at once, not only when CMD has ended.
attend() {
  "$@" </dev/null 8>&- 9>&- &
  STEP=$!
  wait $STEP || { STEP= && return 1; }
  STEP=
}

# step TITLE REMEDY CMD…: show TITLE and run CMD with its output in a log; where it fails, show the end of that.
step() {
  local title=$1 remedy=$2 started=$SECONDS log=$STATE/log/prepare.log
  shift 2
  say "$title"
  if ! attend "$@" >"$log" 2>&1; then
    printf '%s\n' "$DIM$(tail -n 15 "$log")$PLAIN" >&2
    fail "$title: failed after $((SECONDS - started)) s." "$remedy" "The whole log: $log"
  fi
}

# shown CMD…: in a step that takes long: show the lines of CMD as they come. CMD ends with us (pdeathsig).
shown() {
  setpriv --pdeathsig=TERM -- "$@" 2>&1 | tee >(sed --unbuffered "s/^ */    $DIM/; s/\$/$PLAIN/" >&7)
}

# services_answer: do our PostgreSQL and our Redis take connections?
services_answer() { [ "$(scripts/services status | grep -c running)" = 2 ]; }

hash_of_files() { cat "$@" | sha256sum | cut -d' ' -f1; }

# migrate_if_needed: skip what no migration file has changed since.
migrate_if_needed() {
  local now
  now=$(hash_of_files ./*/migrations/*.py "$STATE/postgres/ready" requirements.txt)
  if [ "$(cat "$STATE/run/migrated" 2>/dev/null)" = "$now" ]; then return; fi
  step "Migrating the database" "See the error above; make reset starts with an empty database." \
    .venv/bin/python manage.py migrate --no-input
  printf '%s' "$now" >"$STATE/run/migrated"
}
