#!/bin/sh
# Installs the Debian packages the tests use, where it can; else says which tests will be left out, and fails in CI.
set -u

missing=""
command -v mosquitto >/dev/null 2>&1 || [ -x /usr/sbin/mosquitto ] || missing="$missing mosquitto"
command -v mosquitto_sub >/dev/null 2>&1 || missing="$missing mosquitto-clients"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v curl >/dev/null 2>&1 || missing="$missing curl"
fc-list :lang=zh 2>/dev/null | grep -q . || missing="$missing fontconfig fonts-noto-cjk"
[ -z "$missing" ] && exit 0

as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get >/dev/null 2>&1 && $as_root true 2>/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    $as_root apt-get update -qq && $as_root apt-get install -qq --yes --no-install-recommends $missing >/dev/null && exit 0
fi

echo "Not installed, and not installable here:$missing." >&2
echo "Tests that need them (marked mosquitto, browser) will be left out." >&2
[ -z "${CI:-}" ]
