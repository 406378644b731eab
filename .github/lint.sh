#!/usr/bin/env bash
# The last step of action.yml: one run of nplint that writes every output, whose
# exit status is that of the step.
set -ufo pipefail

args=(-o text -o "json=$RUNNER_TEMP/nplint.json")
[ -z "$CONFIG" ] || args+=(--config "$CONFIG")
[ -z "$FAIL_ON" ] || args+=(--fail-on "$FAIL_ON")
[ -z "$SARIF" ] || args+=(-o "sarif=$SARIF")
[ "$SUMMARY" != true ] || args+=(-o "markdown=$GITHUB_STEP_SUMMARY")
[ "$ANNOTATIONS" != true ] || args+=(-o "github=$RUNNER_TEMP/nplint.annotations")
if [ "$NEW_FROM" = base ]; then
	NEW_FROM=
	if [ -n "$BASE_REF" ]; then
		git fetch --quiet --no-tags --unshallow origin "$BASE_REF" 2>/dev/null || git fetch --quiet --no-tags origin "$BASE_REF" || exit 2
		NEW_FROM=$(git merge-base HEAD FETCH_HEAD) || exit 2
	fi
fi
[ -z "$NEW_FROM" ] || args+=(--new-from "$NEW_FROM")

# shellcheck disable=SC2086 # paths and flags are parted by blanks
"$RUNNER_TEMP/nplint" "${args[@]}" $EXTRA_ARGS $PATHS
status=$?
[ ! -f "$RUNNER_TEMP/nplint.annotations" ] || cat "$RUNNER_TEMP/nplint.annotations"
findings=$(sed -n '/"summary": {/,$ s/.*"\(error\|warning\)": \([0-9]*\).*/\2/p' "$RUNNER_TEMP/nplint.json" 2>/dev/null | paste -sd+ - | sed 's/^$/0/')
echo "findings=$((${findings:-0}))" >>"$GITHUB_OUTPUT"
exit "$status"
