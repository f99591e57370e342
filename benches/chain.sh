#!/bin/sh
# Measures ledgers, traces and exposure on synthetic transfers: 1 and 10 million, or the millions given.
#
#   benches/chain.sh                 1 and 10 million
#   benches/chain.sh 1 10 100        takes about 60 GB of disk and half an hour for the last
#
# The result is written to TABLE (target/bench/chain.md), the data to FOLDER (target/bench/chain).
set -eu
cd "$(dirname "$0")/.."
table=${TABLE:-target/bench/chain.md}
folder=${FOLDER:-target/bench/chain}
[ $# -gt 0 ] || set -- 1 10
mkdir -p "$folder" "$(dirname "$table")"
exec cargo run --release -q -p interdict-chain --example chain_bench -- "$table" "$folder" "$@"
