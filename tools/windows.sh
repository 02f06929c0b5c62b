#!/bin/sh
# tools/windows.sh [PACKAGE...]: build the command and the tests for Windows, and run the tests under
# Wine 9 or newer: WINE, else the wine in the PATH, else that of tools/wine-root.sh. It writes only
# below .cache, which git ignores.
set -eu
cd "$(dirname "$0")/.."
built=$PWD/.cache/windows
GO=${GO:-go}

# Wine 8 cannot run programs of Go 1.26.
new_enough() {
  major=$("$1" --version 2>/dev/null | sed -n 's/^wine-\([0-9]*\).*/\1/p')
  [ "${major:-0}" -ge 9 ]
}
chroot=
if [ -n "${WINE-}" ]; then
  new_enough "$WINE" || { echo "WINE=$WINE is not Wine 9 or newer" >&2; exit 1; }
elif command -v wine >/dev/null && new_enough wine; then
  WINE=wine
else
  tools/wine-root.sh .cache/wine
  chroot=$PWD/.cache/wine/root
fi
# With --ready, only find or unpack Wine.
[ "${1-}" != --ready ] || exit 0

rm -rf "$built"
mkdir -p "$built"
export GOOS=windows GOARCH=amd64 CGO_ENABLED=0
$GO build -o "$built/sfstore.exe" ./cmd/sfstore
# Each test binary is named after the last element of its package's path. The slowest come first, so
# that both of the two that run at a time have work until the end.
$GO list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}} {{.Dir}}{{end}}' "${@:-./...}" |
  sed "s#^.*/\([^/ ]*\) #\1 #; s# $PWD# .#" |
  awk '{ print /^upload /? 0 : /^(emulator|cli) /? 1 : 2, $0 }' |
  sort -s -n -k 1,1 | cut -d ' ' -f 2- >"$built/packages"
$GO test -c -o "$built/" $(cut -d ' ' -f 2 "$built/packages")

if [ -n "$chroot" ]; then
  rm -rf "$chroot"/root/.wine/drive_c/users/*/AppData/Local/Temp/*
  # In their own namespaces, mounts and processes are removed however this ends.
  unshare --mount --pid --fork --kill-child sh -eu -c '
    mount --rbind /dev "$1/dev"
    mount -t proc proc "$1/proc"
    mount --bind . "$1/src"
    exec chroot "$1" env -i PATH=/usr/bin:/bin HOME=/root LC_ALL=C.UTF-8 XDG_RUNTIME_DIR=/tmp WINE=/usr/lib/wine/wine64 \
      WINESERVER=/usr/lib/wine/wineserver64 sh -c "cd /src && tools/wine-tests.sh"' sh "$chroot"
else
  export WINE WINEPREFIX="$PWD/.cache/wine/prefix"
  mkdir -p "$WINEPREFIX"
  WINESERVER=$(command -v wineserver || true) tools/wine-tests.sh
fi

failed=$(grep -c '^FAIL' "$built/verdicts" || true)
for log in "$built"/*.first "$built"/*.log; do
  if [ -f "$log" ] && ! grep -q '^PASS' "$log"; then
    echo "=== $log"
    grep -vE '^(=== |--- PASS|--- SKIP| *--- PASS| *--- SKIP)' "$log" || true
  fi
done
grep -h -A 2 -E '^ *--- SKIP' "$built"/*.log >"$built/skipped" || true
echo "$(grep -cE '^ *--- SKIP' "$built/skipped") tests were skipped; .cache/windows/skipped has the reasons"
exit "$failed"
