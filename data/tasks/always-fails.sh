#!/bin/sh
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# always-fails.sh CODE
set -eu

echo "::progress 10 opening the drawer"
echo "This task fails on purpose; nothing is wrong with this machine."
echo "::progress 50 looking for the invoice"
echo "Looking for the invoice of yesterday"
echo "ERROR: the invoice is not in the drawer" >&2
echo "A job that ends with a code other than 0 has failed. This one ends with $1." >&2
exit "$1"
