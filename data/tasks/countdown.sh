#!/bin/sh
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# countdown.sh SECONDS
set -eu

total=$1
left=$total
trap 'echo "Stopped with $left seconds to go"; exit 143' TERM INT HUP

while [ "$left" -gt 0 ]; do
  echo "::progress $(((total - left) * 100 / total)) $left seconds to go"
  echo "$left"
  # In the background, so that a request to stop need not wait for it.
  sleep 1 &
  wait $!
  left=$((left - 1))
done
echo "::progress 100 done"
echo "Liftoff"
