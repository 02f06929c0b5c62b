#!/bin/sh
# tools/wine-root.sh FOLDER: unpack Debian trixie's Wine into FOLDER/root, once. Nothing is
# installed: the folder is a chroot with everything that its programs need.
set -eu
mkdir -p "$1"
cd "$1"
here=$PWD
[ ! -e .installed ] || exit 0

missing() { echo "Wine is not available here: $1" >&2; exit 1; }
[ "$(id -u)" = 0 ] || missing 'Debian trixie'\''s packages run in a chroot, which needs root (or set WINE to Wine 9 or newer)'
[ "$(uname -m)" = x86_64 ] || missing 'the packages are used for x86-64 only'
for tool in apt-get dpkg-deb chroot unshare; do
  command -v $tool >/dev/null || missing "there is no $tool"
done
unshare --mount --pid --fork true 2>/dev/null || missing 'this root user cannot make mount namespaces'

rm -rf root apt
mkdir -p root apt/lists/partial apt/cache/archives/partial
: >apt/status
# The site from which this machine gets its own packages.
site=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 'debian/$') ||
  missing 'apt names no Debian site'
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site trixie main" >apt/sources.list
cat >apt/apt.conf <<END
Dir::Etc::SourceList "$here/apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State::Lists "$here/apt/lists";
Dir::State::status "$here/apt/status";
Dir::Cache "$here/apt/cache";
APT::Sandbox::User "root";
END
export APT_CONFIG="$here/apt/apt.conf"
apt-get update -qq && apt-get install -y -qq --download-only --no-install-recommends \
  wine wine64 libc-bin coreutils dash bash base-files findutils grep >apt/log ||
  missing 'the download of its packages failed'

# base-files comes first: /bin and /lib are links into /usr there.
for package in apt/cache/archives/base-files_*.deb apt/cache/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C root --keep-directory-symlink
done
# The packages' own scripts would have done the rest. Wine looks for zlib1.dll among its own files while
# it makes its drive C:, and on that drive afterwards. Nothing here needs 32 bits.
chroot root /sbin/ldconfig
system=root/root/.wine/drive_c/windows/system32
mkdir -p $system
for folder in root/usr/lib/x86_64-linux-gnu/wine/x86_64-windows $system; do
  cp root/usr/x86_64-w64-mingw32/lib/zlib1.dll $folder
done
rm -rf root/usr/lib/x86_64-linux-gnu/wine/i386-windows
rm -rf apt
echo "127.0.0.1 localhost" >root/etc/hosts
mkdir -p root/src
touch .installed
