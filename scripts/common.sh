# Shared by the scripts beside it; sourced, never run.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

if [ -t 2 ]; then
  DIM=$'\033[2m' RED=$'\033[31m' GREEN=$'\033[32m' BOLD=$'\033[1m' PLAIN=$'\033[0m'
else
  DIM='' RED='' GREEN='' BOLD='' PLAIN=''
fi

unset PYTHONDONTWRITEBYTECODE # compiled modules are what makes a second start fast

# say TEXT…: one line of progress.
say() { printf '%s\n' "$DIM▸$PLAIN $*" >&2; }

# fail CAUSE REMEDY…: say what went wrong and what to do about it, and stop.
fail() {
  local cause=$1
  shift
  printf '%s\n' "$RED✗ $cause$PLAIN" >&2
  local remedy
  for remedy in "$@"; do printf '  → %s\n' "$remedy" >&2; done
  exit 1
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# as_root CMD…: run CMD as root, through sudo where we are not.
as_root() {
  if is_root; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "This step needs root, and there is no sudo: $*" \
      "Run it as root, then start again."
  fi
}

# percent_encode TEXT: everything but letters, digits and -._~ as %XX (bytes).
percent_encode() {
  local byte
  for byte in $(printf '%s' "$1" | od -An -v -tx1); do
    case $byte in
      3[0-9] | [46][1-9a-f] | [57][0-9a] | 2d | 2e | 5f | 7e) printf "\\x$byte" ;;
      *) printf '%%%s' "${byte^^}" ;;
    esac
  done
}

# socket_directory STATE NAME: a directory for sockets with a short path (a socket's may have 107
# characters), for a state directory too deep to hold them itself.
socket_directory() {
  local base hash
  hash=$(printf '%s' "$1" | sha256sum | cut -c1-10)
  base=/tmp/patrulja-$(id -u)-$hash
  if is_root; then base=/run/patrulja-$hash; fi
  printf '%s' "$base-$2"
}
SOCKET_DIRECTORY_LIMIT=85

# own_directory DIR OWNER: make DIR (0700); refuse one that somebody else has put there.
own_directory() {
  if [ ! -d "$1" ]; then mkdir -m 700 -p "$1" && chown "$2" "$1"; fi
  if [ "$(stat -c %U "$1")" != "$2" ]; then
    fail "$1 belongs to $(stat -c %U "$1"), not to $2." "Remove it, then start again."
  fi
}

# absolute PATH: PATH as an absolute one; it need not exist.
absolute() {
  case $1 in
    /*) printf '%s' "$1" ;;
    *) printf '%s' "$ROOT/$1" ;;
  esac
}

# secret FILE: make a random secret (0600) where FILE does not exist yet; print it.
secret() {
  if [ ! -s "$1" ]; then
    mkdir -p "$(dirname "$1")"
    chmod 700 "$(dirname "$1")"
    (umask 077 && head -c 48 /dev/urandom | base64 -w0 | tr '+/' '-_' >"$1")
  fi
  cat "$1"
}
