#!/bin/bash
# SPDX-FileCopyrightText: Optimus contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# with-user-systemd.sh CMD…: runs CMD beside a `systemd --user` of its own and the session bus that
# this starts, also where no systemd runs. Needs root, since it makes its own mount, pid and cgroup
# namespaces; whatever is left in them ends with CMD. Ends 77 when that can't be had here.
#
# XDG_RUNTIME_DIR must be a private folder: units are found in its systemd/user. HOME too.
set -u
: "${XDG_RUNTIME_DIR:?set a private one}"

give_up () { echo "$*" >&2; exit 77; }

if [ "${1:-}" != --inside ]; then
  [ "$(id -u)" = 0 ] || give_up "only root can make the namespaces for a systemd of its own"
  [ -x /lib/systemd/systemd ] || give_up "systemd is not installed"
  command -v systemctl >/dev/null || give_up "systemctl is not installed"
  [ -f /usr/lib/systemd/user/dbus.socket ] || give_up "dbus-user-session is not installed"
  unshare --mount --cgroup --pid --fork --kill-child --mount-proc true 2>/dev/null \
    || give_up "namespaces can't be made here"
  exec unshare --mount --cgroup --pid --fork --kill-child --mount-proc "$0" --inside "$@"
fi
shift

# systemd asks whether it is on a machine that systemd booted.
mkdir -p /run/systemd
mount -t tmpfs tmpfs /run/systemd || give_up "can't mount here"
mkdir -p /run/systemd/system
umount -R /sys/fs/cgroup 2>/dev/null
mount -t cgroup2 none /sys/fs/cgroup || give_up "there is no cgroup2 here"
group=$(mktemp -d /sys/fs/cgroup/optimus-XXXXXX) || give_up "cgroups can't be made here"

clean () {
  echo 1 >"$group/cgroup.kill" 2>/dev/null
  # A folder goes once the kernel has taken down what was in it.
  for _ in $(seq 50); do
    find "$group" -depth -type d -exec rmdir {} + 2>/dev/null
    [ -d "$group" ] || break
    sleep 0.1
  done
}

export DBUS_SESSION_BUS_ADDRESS=unix:path=$XDG_RUNTIME_DIR/bus
export XDG_DATA_DIRS=$XDG_RUNTIME_DIR/share:/usr/local/share:/usr/share
# The manager tells this socket when it is up.
exec {news}< <(exec /usr/bin/python3 -c '
import socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
print("bound", flush=True)
while b"READY=1" not in listener.recv(4096):
    pass
print("up", flush=True)' "$XDG_RUNTIME_DIR/notify")
read -r -t 30 _ <&"$news" || give_up "nobody listens for systemd"
(
  echo "$BASHPID" >"$group/cgroup.procs" || exit 77
  export NOTIFY_SOCKET=$XDG_RUNTIME_DIR/notify
  exec /lib/systemd/systemd --user --unit=basic.target --log-target=console --log-level=warning
) &
manager=$!
read -r -t 30 word <&"$news" && [ "$word" = up ] || {
  clean
  give_up "systemd --user did not come up"
}

"$@"
status=$?
kill "$manager" 2>/dev/null
wait "$manager" 2>/dev/null
clean
exit $status
