#!/bin/sh
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# disk-report.sh FOLDER TOP DAYS
set -eu
LC_ALL=C
export LC_ALL

folder=$1
top=$2
days=$3

if [ ! -d "$folder" ] || [ ! -r "$folder" ] || [ ! -x "$folder" ]; then
  echo "The folder $folder does not exist or can't be read." >&2
  exit 1
fi

list=$(mktemp)
trap 'rm -f "$list"' EXIT
trap 'exit 143' TERM INT HUP

# Kibibytes and a name on each line become something to read.
show () {
  sort -rn "$list" | head -n "$top" | awk '{
    size = $1; unit = "KiB"
    if (size >= 1048576) { size /= 1048576; unit = "GiB" }
    else if (size >= 1024) { size /= 1024; unit = "MiB" }
    sub (/^[0-9]+[ \t]+/, "")
    printf "%8.1f %s  %s\n", size, unit, $0
  }'
}

echo "::progress 0 file systems"
echo "File systems"
# Those that only live in memory are of no interest here, nor those that can't be asked.
{ df -Ph 2>/dev/null || true; } |
  awk 'NR == 1 || ($1 !~ /^(tmpfs|devtmpfs|udev|none|shm|efivarfs)$/ && !seen[$1]++)'

echo
echo "What takes the most room in $folder"
# Names that begin with a dot count too; a pattern that matches nothing stays as it is and is passed over.
set -- "$folder"/* "$folder"/.[!.]* "$folder"/..?*
total=$#
number=0
for entry in "$@"; do
  number=$((number + 1))
  echo "::progress $((number * 80 / total)) $number of $total"
  if [ -e "$entry" ] || [ -L "$entry" ]; then
    du -xsk "$entry" 2>/dev/null >>"$list" || true
  fi
done
if [ -s "$list" ]; then show; else echo "  nothing"; fi

echo
echo "The biggest files changed within $days days"
echo "::progress 85 files changed within $days days"
find "$folder" -xdev -type f -mtime "-$days" -exec du -k {} + 2>/dev/null >"$list" || true
if [ -s "$list" ]; then show; else echo "  none"; fi
echo "::progress 100 done"
