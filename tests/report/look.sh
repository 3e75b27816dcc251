#!/usr/bin/env bash
# Pictures of the sample reports, narrow and wide, light and dark: tests/report/look.sh [SAMPLE...]
# The test `report::formats` writes the samples; the pictures are in target/report-pictures.
set -euo pipefail
cd "$(dirname "$0")/../.."
samples=${CARGO_TARGET_DIR:-target}/report-samples
[ -d "$samples" ] || { echo "no $samples: run cargo test -p cloudtwin-contracts report::formats"; exit 1; }
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
pictures=${CARGO_TARGET_DIR:-target}/report-pictures
mkdir -p "$pictures"
[ $# -gt 0 ] || set -- $(ls "$samples")

# A window of a browser without a screen is at least 500 wide, so that a narrow page stands in a frame.
for sample; do
  page=$(realpath "$samples/$sample/report.html")
  for width in 1280 390; do
    frame=$pictures/frame.html
    printf '<body style="margin:0"><iframe src="file://%s" style="border:0;width:%spx;height:%spx"></iframe>' \
      "$page" "$width" "${HEIGHT:-2400}" > "$frame"
    for scheme in light dark; do
      dark=$([ $scheme = dark ] && echo 0 || echo 1)
      "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --allow-file-access-from-files \
        --blink-settings=preferredColorScheme="$dark" --window-size="$((width < 500 ? 500 : width)),${HEIGHT:-2400}" \
        --screenshot="$pictures/$sample-$width-$scheme.png" "file://$(realpath "$frame")" 2> /dev/null
    done
  done
  echo "$pictures/$sample-*.png"
done
