#!/bin/sh
# tools/wine-tests.sh: run the test binaries of .cache/windows under $WINE, two at a time, each in
# the folder of its package. tools/windows.sh builds them and starts this, in a chroot or outside.
set -eu
built=$PWD/.cache/windows

if [ "${1-}" = one ]; then
  name=$2 folder=$3
  cd "$folder"
  began=$(date +%s)
  run() { "$WINE" "$built/$name.test.exe" -test.v -test.timeout 5m >"$built/$name.log" 2>&1 </dev/null; }
  verdict='ok  ' again=
  if ! run; then
    # Wine itself loses a connection or a process now and then. What is wrong with a package fails twice.
    mv "$built/$name.log" "$built/$name.first"
    again=', in a second run'
    run || verdict=FAIL
  fi
  echo "$verdict $folder ($(($(date +%s) - began)) s$again)" | tee -a "$built/verdicts"
  exit 0
fi

export WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
mkdir -p "${WINEPREFIX:=$HOME/.wine}"
# One server for all: each start of a server takes seconds.
[ -z "${WINESERVER-}" ] || "$WINESERVER" -p
"$WINE" cmd.exe /c exit
xargs -n 2 -P 2 "$0" one <"$built/packages"
[ -z "${WINESERVER-}" ] || "$WINESERVER" -k || true
