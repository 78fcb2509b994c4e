# What ./run and ./test share: finding a Python, building virtual environments, installing Debian packages.
# Sourced with $root set to the project folder; asks nothing, and speaks only on standard error.

say() { printf '%s\n' "$*" >&2; }

# Something the person at the keyboard has to change: one line, exit status 2.
stop() {
    say "$*"
    exit 2
}

# Sets $python. A PYTHON that does not run is a mistake to name, never to work around.
pick_python() {
    if [ -n "${PYTHON:-}" ] && ! "$PYTHON" -c '' 2>/dev/null; then
        stop "PYTHON=$PYTHON cannot be run; leave PYTHON unset, or name a Python 3.11 or newer."
    fi
    for python in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
        # -I everywhere in this file: PYTHONPATH and the like must not leak into what is being built.
        if "$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then return; fi
    done
    found=$("${PYTHON:-python3}" --version 2>&1) || found="none"
    stop "The kiosk needs Python 3.11 or newer (found: $found); install one, or set PYTHON to its path."
}

# Version and processor in one word (cpython-311-aarch64-linux-gnu): a folder copied to another machine shows.
flavour() { "$1" -I -c 'import sysconfig; print(sysconfig.get_config_var("SOABI"))' 2>/dev/null; }

# fingerprint FLAVOUR PLACE LIST…: what the finished environment was made from. The place is part of it
# because environments hold their own absolute address and do not survive a move.
fingerprint() {
    mark="$1 $2"
    shift 2
    printf '%s %s\n' "$mark" "$(cat -- "$@" | sha256sum | cut -c 1-64)"
}

# complete FOLDER PLACE LIST…: the environment in FOLDER was finished, for PLACE, from these very lists, and
# its Python still runs. The mark is written last, so an interrupted set-up never looks finished.
complete() {
    folder=$1
    [ -f "$folder/.complete" ] || return 1
    shift
    has=$(flavour "$folder/bin/python") || return 1
    # Asked for by name, another Python is obeyed; a python3 that merely changed on the PATH is no reason to
    # rebuild, since that would need the network on a morning when there may be none.
    if [ -n "${PYTHON:-}" ] && [ "$(flavour "$python")" != "$has" ]; then return 1; fi
    [ "$(cat "$folder/.complete")" = "$(fingerprint "$has" "$@")" ]
}

# ensure_environment NAME LIST…: $root/NAME is there and complete.
ensure_environment() {
    place=$root/$1
    shift
    if [ -n "${PYTHON:-}" ]; then pick_python; fi
    if complete "$place" "$place" "$@"; then return; fi

    [ -w "$root" ] || stop "Setting up needs to write in $root, and this user may not."
    # The lock is on the folder itself: no file is left behind, and it goes when its last holder ends.
    # Installers inherit it, so one that outlives a killed ./run is waited for instead of being built over.
    exec 9<"$root"
    if ! flock -n 9; then
        say "Another set-up is at work here; waiting for it."
        flock 9
    fi
    # Whoever had the lock may have finished the work. Or a set-up for other lists was broken off, and those
    # lists have been taken back since: then the environment put aside is the right one again.
    if ! complete "$place" "$place" "$@"; then
        if complete "$place-old" "$place" "$@"; then
            rm -rf "$place"
            mv "$place-old" "$place"
        else
            build_environment "$@"
        fi
    fi
    exec 9<&-
}

# build_environment LIST…: makes $place anew. A finished older environment is put aside and comes back if
# this fails, so that an update tried without network can be taken back without network.
build_environment() {
    pick_python
    ensure_venv_module
    if [ -f "$place/.complete" ]; then
        rm -rf "$place-old"
        mv "$place" "$place-old"
    fi
    say "Setting up, once: ${place##*/} with $("$python" --version) (a few minutes on a small computer) …"
    if "$python" -I -m venv --clear "$place" >&2 &&
        printf '*\n' >"$place/.gitignore" &&
        install_lists "$@"; then
        fingerprint "$(flavour "$place/bin/python")" "$place" "$@" >"$place/.unproven"
        sync -f "$place" 2>/dev/null || true # the mark must not reach the card before what it vouches for
        mv "$place/.unproven" "$place/.complete"
        rm -rf "$place-old"
        return
    fi
    rm -rf "$place"
    if [ -d "$place-old" ]; then mv "$place-old" "$place"; fi
    if [ "$(getconf LONG_BIT)" = 32 ]; then
        say "This is a 32-bit system, for which some packages are not made; a 64-bit one has them all."
    fi
    say "Setting up failed (see above). Run it again when the cause is gone."
    exit 1
}

# install_lists LIST…: pip's own settings decide from where. Only ready-made packages, because building the
# rest takes compilers for two languages and, on a small computer, an hour before it fails. Being a setting of
# pip's, this too can be overruled: PIP_ONLY_BINARY= ./run
install_lists() {
    for list in "$@"; do
        shift
        set -- "$@" -r "$list"
    done
    # A --user habit in somebody's settings makes no sense inside an environment and would be refused there.
    if PIP_USER=0 PIP_ONLY_BINARY="${PIP_ONLY_BINARY-:all:}" "$place/bin/python" -I -m pip install \
        --quiet --no-input --disable-pip-version-check "$@" >"$place/pip.log" 2>&1 </dev/null; then
        rm "$place/pip.log"
    else
        cat "$place/pip.log" >&2
        return 1
    fi
}

# version() looks at the pip that is to be unpacked, which Debian keeps in yet another package.
can_make_environments() { "$python" -I -c 'import ensurepip, venv; ensurepip.version()' 2>/dev/null; }

# Debian ships Python without the part that makes environments.
ensure_venv_module() {
    if can_make_environments; then return; fi
    case ${python##*/} in
    python3.*) package=${python##*/}-venv ;;
    *) package=python3-venv ;;
    esac
    install_packages "$package"
    can_make_environments ||
        stop "$python makes no virtual environments even with $package installed; set PYTHON to another one."
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# ensure_packages PACKAGE…: asks dpkg, so nothing happens and no network is needed once all are there.
ensure_packages() {
    for package in "$@"; do
        shift
        if ! installed "$package"; then set -- "$@" "$package"; fi
    done
    if [ $# -gt 0 ]; then install_packages "$@"; fi
}

# install_packages PACKAGE…: only as root or where sudo asks nothing; otherwise says what to type.
install_packages() {
    if ! command -v apt-get >/dev/null; then
        stop "Missing system packages, by their Debian names: $*"
    elif [ "$(id -u)" = 0 ]; then
        as_root=
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        stop "Missing system packages; install them with: sudo apt-get install -y $*"
    fi
    say "Setting up, once: Debian packages $* …"
    # The lists may be missing or stale: then fetch them and try again.
    if apt_get install -y --no-install-recommends "$@" >/dev/null 2>&1; then return; fi
    apt_get update >/dev/null 2>&1 || true
    if report=$(apt_get install -y --no-install-recommends "$@" 2>&1); then return; fi
    say "$report"
    stop "Could not install system packages; try: sudo apt-get install -y $*"
}

# apt_get ARGUMENT…: asks nothing, waits for another apt to finish, and does not pass our lock on to
# services that a package may start.
apt_get() {
    # shellcheck disable=SC2086 # $as_root is none or two words
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" </dev/null 9<&-
}
