#!/bin/sh
# Draws a number as a kiosk does: one key for one visitor, so that asking again after a lost answer draws no second one.
# 像取号机一样取号：一位群众一个编号，没有得到应答就用同一编号重试，不会多取。
#
#   TOKEN=$(jiaohao token DATA --role kiosk) sh examples/kiosk.sh social-security
set -eu

hall=${HALL:-http://127.0.0.1:8080}
service=${1:?which service? 哪项业务？}
key=${KEY:-kiosk-$$-$(date +%s)}

# curl repeats the whole request, key included, when nobody answers or the engine says that it is restarting (503).
curl --silent --show-error --fail-with-body --retry 8 --retry-connrefused --retry-max-time 30 \
    --request POST "$hall/api/v1/tickets" \
    --header "Authorization: Bearer ${TOKEN:?a kiosk token 取号机令牌}" \
    --header "Idempotency-Key: $key" \
    --header "Content-Type: application/json" \
    --header "Accept-Language: ${LANG:-zh}" \
    --data "{\"service\": \"$service\", \"channel\": \"kiosk\"}"
echo
