# Runs a command that must not outlive the process that asked for it, however that process ends.
#
#   sh -c "$(cat guard.sh)" guard SIGNAL DIRECTORY PREPARE COMMAND [ARGUMENT…]
#
# The text is passed instead of the file's path: the user who runs it may not be allowed to enter
# the file's folder.
#
# Standard input is the leash: a line on it names a signal to pass on; its end, which the kernel
# causes even when the owner is killed with SIGKILL, stops the command with SIGNAL, and with KILL
# if it is still running five seconds later.
#
# DIRECTORY, unless empty, is first created and entered, and removed at the end. PREPARE, unless empty, is
# a line of shell that ends in `exec` and has to succeed before COMMAND is run.
stop=$1
directory=$2
prepare=$3
shift 3

remove() {
  [ -n "$directory" ] || return 0
  cd /
  tries=0
  # A child of a killed command may still be writing its last file.
  until rm -rf "$directory" || [ "$tries" -ge 50 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
}

# Runs its arguments on the leash; sets status.
leashed() {
  "$@" </dev/null 2>&4 3<&- 4>&- &
  child=$!
  (
    while read -r signal; do kill -s "$signal" "$child"; done
    kill -s "$stop" "$child"
    tenths=0
    while [ "$tenths" -lt 50 ] && kill -0 "$child"; do
      sleep 0.1
      tenths=$((tenths + 1))
    done
    kill -s KILL "$child"
  ) <&3 >/dev/null 4>&- &
  leash=$!
  wait "$child"
  status=$?
  while kill -0 "$child"; do
    wait "$child"
    status=$?
  done
  kill -s KILL "$leash"
}

child=
trap '[ -z "$child" ] || kill -s TERM "$child"' TERM
exec 3<&0
if [ -n "$directory" ]; then
  mkdir -m 700 "$directory" || exit 1
  cd "$directory" || exit 1
fi
# The shell's own remark about a killed command is not the command's output.
exec 4>&2 2>/dev/null
status=0
if [ -n "$prepare" ]; then leashed sh -c "$prepare"; fi
if [ "$status" -eq 0 ]; then leashed "$@"; fi
remove
exit "$status"
