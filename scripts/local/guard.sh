#!/bin/sh
# Runs a command that must not outlive the process that asked for it, however that process ends.
#
#   sh guard.sh SIGNAL DIRECTORY COMMAND [ARGUMENT…]
#
# Standard input is the leash: a line on it names a signal to pass on; its end, which the kernel
# brings about even when the owner is killed with SIGKILL, stops the command with SIGNAL, and with
# KILL if it is still there five seconds later. DIRECTORY, unless empty, is removed afterwards.
stop=$1
directory=$2
shift 2

exec 3<&0
"$@" </dev/null 3<&- &
child=$!
# The shell's own remark about a killed command is not the command's output.
exec 2>/dev/null
trap 'kill -s TERM "$child" 2>/dev/null' TERM

(
  while read -r signal; do kill -s "$signal" "$child"; done
  kill -s "$stop" "$child"
  tenths=0
  while [ "$tenths" -lt 50 ] && kill -0 "$child"; do
    sleep 0.1
    tenths=$((tenths + 1))
  done
  kill -s KILL "$child"
) <&3 >/dev/null 2>&1 &
leash=$!
exec 3<&-

wait "$child"
status=$?
while kill -0 "$child" 2>/dev/null; do
  wait "$child"
  status=$?
done
kill -s KILL "$leash" 2>/dev/null
if [ -n "$directory" ]; then rm -rf "$directory"; fi
exit "$status"
