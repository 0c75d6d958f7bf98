#!/bin/sh
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# web-check.sh URL EXPECT SECONDS
set -eu

url=$1
expect=$2
seconds=$3

if ! command -v curl >/dev/null; then
  echo "This task fetches pages with curl, which is not installed. Install the package curl and run it again." >&2
  exit 127
fi

page=$(mktemp)
trap 'rm -f "$page"' EXIT
trap 'exit 143' TERM INT HUP

echo "::progress 10 asking $url"
status=0
figures=$(curl --silent --show-error --location --max-redirs 5 --proto '=http,https' --compressed \
  --max-time "$seconds" --max-filesize 20000000 --output "$page" \
  --write-out '%{http_code} %{time_namelookup} %{time_connect} %{time_total} %{size_download} %{url_effective}' \
  -- "$url") || status=$?
if [ "$status" -ne 0 ]; then
  echo "$url could not be fetched." >&2
  exit 1
fi

# The address comes last, since only it could hold a space.
read -r code lookup connect whole bytes final <<FIGURES
$figures
FIGURES
echo "Address    $final"
echo "Status     $code"
echo "Name       $lookup s"
echo "Connected  $connect s"
echo "Whole      $whole s"
echo "Size       $bytes bytes"

if [ "$code" -ge 400 ]; then
  echo "The server answered with an error." >&2
  exit 1
fi
echo "::progress 90 looking into the page"
if [ -n "$expect" ]; then
  if ! grep -q -F -e "$expect" "$page"; then
    echo "The page lacks the text: $expect" >&2
    exit 1
  fi
  echo "Text       found"
fi
echo "::progress 100 done"
