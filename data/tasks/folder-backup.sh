#!/bin/sh
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# folder-backup.sh FOLDER TARGET KEEP
set -eu
LC_ALL=C
export LC_ALL

fail () {
  echo "$*" >&2
  exit 1
}

[ -d "$1" ] || fail "There is no folder $1."
{ [ -r "$1" ] && [ -x "$1" ]; } || fail "The folder $1 can't be read."
mkdir -p "$2" || fail "The folder $2 can't be made."
folder=$(cd "$1" && pwd -P)
target=$(cd "$2" && pwd -P)
keep=$3
case $target/ in
  "${folder%/}"/*) fail "The target $target lies inside $folder, so the archive would pack itself." ;;
esac
[ -w "$target" ] || fail "The folder $target can't be written to."

name=$(basename "$folder")
[ "$name" != / ] || name=root
archive=$target/$name-$(date +%Y%m%d-%H%M%S).tar.gz
[ ! -e "$archive" ] || fail "$archive is there already."
work=$(mktemp -d "$target/.backup.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 143' TERM INT HUP

echo "::progress 0 measuring $folder"
total=$(du -sk "$folder" 2>/dev/null | cut -f 1) || true
total=${total:-0}
echo "Packing $folder, about $((total / 1024)) MiB"

# Copies standard input to standard output and says on descriptor 3 how far it is, by the bytes that went through.
meter () {
  copied=0
  while :; do
    records=$(dd bs=1048576 count=8 iflag=fullblock 2>&1 >&4 | sed -n 's/ records in$//p')
    copied=$((copied + ${records%+*} * 1024))
    percent=98
    [ "$copied" -ge "$total" ] || percent=$((copied * 98 / total))
    echo "::progress $percent $((copied / 1024)) of $((total / 1024)) MiB" >&3
    [ "${records%+*}" = 8 ] || break
  done
}

exec 3>&1
{
  status=0
  tar -cf - -C "$(dirname "$folder")" -- "$(basename "$folder")" || status=$?
  echo "$status" >"$work/status"
} | meter 4>&1 | gzip >"$work/archive"

# 1 says that a file changed while it was read, which happens in a folder that is in use.
case $(cat "$work/status") in
  0) ;;
  1) echo "Some files changed while they were read; see above." ;;
  *) fail "The folder could not be packed whole; nothing was kept." ;;
esac

echo "::progress 99 reading it back"
entries=$(tar -tzf "$work/archive" | wc -l) || fail "The archive can't be read back; nothing was kept."
mv "$work/archive" "$archive"
echo "$archive: $((entries)) entries, $(($(du -k "$archive" | cut -f 1) / 1024)) MiB"

if [ "$keep" -gt 0 ]; then
  # The date makes the names sort by age.
  set -- "$target/$name"-[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9][0-9][0-9].tar.gz
  while [ $# -gt "$keep" ]; do
    rm -f "$1"
    echo "Dropped $1"
    shift
  done
fi
echo "::progress 100 done"
