#!/bin/bash
# Measures the whole binary on the published lists: batch, one query, imports, memory, recall, scale.
# benches/README.md says what each figure is and how to read it.
#
#   INTERDICT_TEST_DATA=FOLDER benches/whole_binary.sh [--quick] [--scale ENTITIES] [FILE]
#
# FOLDER has lists/ofac and lists/un as published. FILE gets the table (by default
# target/benchmarks/whole_binary.md). --quick takes a tenth of the rows and leaves out the slow parts;
# --scale 0 leaves out the synthetic entities, of which there are 5,000,000 otherwise.
set -euo pipefail
project=$(realpath "$(dirname "$0")/..")

quick=false scale=5000000 table=
while [ $# -gt 0 ]; do
    case $1 in
        --quick) quick=true scale=100000 ;;
        --scale) scale=$2; shift ;;
        -*) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
        *) table=$(realpath -m "$1") ;;
    esac
    shift
done
if [ -z "${INTERDICT_TEST_DATA:-}" ]; then
    echo "skipped: set INTERDICT_TEST_DATA to the folder of published lists" >&2
    exit 0
fi
export INTERDICT_TEST_DATA=$(realpath "$INTERDICT_TEST_DATA")
lists=$INTERDICT_TEST_DATA/lists
target=$(realpath -m "${CARGO_TARGET_DIR:-$project/target}")
work=$target/benchmarks/whole_binary
table=${table:-$project/target/benchmarks/whole_binary.md}
cd "$project"
interdict=$target/release/interdict
mkdir -p "$work" "$(dirname "$table")"
export INTERDICT_DATA_DIR=$work/data
rows=100000 many=1000000
if $quick; then rows=10000 many=100000; fi

# --- measuring ------------------------------------------------------------------------------------

# measure COMMAND...: sets wall and cpu (seconds) and peak (MB). Findings and stale lists are not
# failures (exit codes 1 and 3).
measure() {
    local code=0 start end pid
    start=$EPOCHREALTIME
    "$@" > "$work/stdout" 2> "$work/stderr" &
    pid=$!
    watch_process "$pid"
    wait "$pid" || code=$?
    end=$EPOCHREALTIME
    if [ $code -ne 0 ] && [ $code -ne 1 ] && [ $code -ne 3 ]; then
        cat "$work/stderr" >&2
        echo "failed with $code: $*" >&2
        exit 1
    fi
    wall=$(calculate "$end - $start")
}

# Samples the counters of a process in /proc fifty times a second until it ends: needs no tools, and misses at most
# the last fiftieth of a second.
watch_process() {
    local pid=$1 hertz fields now
    hertz=$(getconf CLK_TCK)
    cpu=0 peak=0
    # After the name in brackets come the state and, 11 and 12 fields on, user and system time.
    while fields=$(sed 's/.*) //' "/proc/$pid/stat" 2> /dev/null) && [ "${fields%% *}" != Z ]; do
        cpu=$(awk -v hertz="$hertz" '{ printf "%.2f", ($12 + $13) / hertz }' <<< "$fields")
        now=$(awk '/^VmHWM/ { print int($2 / 1024 + 0.5) }' "/proc/$pid/status" 2> /dev/null) || true
        peak=${now:-$peak}
        sleep 0.02
    done
}

calculate() { awk "BEGIN { printf \"%.3f\", $1 }"; }
rounded() { awk "BEGIN { printf \"%.${2:-0}f\", $1 }"; }
thousands() { echo "$1" | sed ':a;s/\B[0-9]\{3\}\>/,&/;ta'; }
# row FIGURE GOAL MEASURED. A missing measurement is a failure instead of an empty cell.
row() {
    if [ -z "$3" ]; then
        echo "could not measure: $1" >&2
        exit 1
    fi
    printf '| %s | %s | %s |\n' "$1" "$2" "$3" | tee -a "$table"
}
used() { echo "$(rounded "$wall" 2) s ($(rounded "$cpu" 1) s of processor), peak $peak MB"; }

# --- what is measured -----------------------------------------------------------------------------

build() {
    cargo build --release -q -p interdict
    cargo build --release -q -p interdict-lists --example read_list
    cargo build --release -q -p interdict-calibrate --example recall
    # The path of a benchmark binary is only in cargo's messages.
    warm=$(cargo bench -q --no-run -p interdict-engine --bench warm_query --message-format json |
        sed -n 's/.*"name":"warm_query".*"executable":"\([^"]*\)".*/\1/p' | tail -1)
}

head_of_table() {
    local processor
    processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)
    {
        echo "# The whole binary"
        echo
        echo "Commit $(git rev-parse --short HEAD)$(git diff --quiet HEAD || echo ' with changes')," \
            "$(rustc --version | cut -d' ' -f1,2), $(nproc) cores (${processor:-unknown})," \
            "$(awk '/^MemTotal/ { print int($2 / 1048576 + 0.5) }' /proc/meminfo) GB of memory," \
            "load $(cut -d' ' -f1 /proc/loadavg) before it began."
        echo
        echo "| figure | goal | measured |"
        echo "|---|---|---|"
    } | tee "$table"
}

import_lists() {
    local total=0 processor=0 most=0
    rm -rf "$work/data"
    import_one us_ofac_sdn "$lists"/ofac/{sdn,alt,add,sdn_comments}.csv
    import_one us_ofac_cons "$lists"/ofac/cons_{prim,alt,add,comments}.csv
    import_one un_sc_sanctions "$lists/un/consolidated.xml"
    row "import of SDN, consolidated and UN, three imports together" "<= 2 s" \
        "$(rounded "$total" 2) s ($(rounded "$processor" 1) s of processor), peak $most MB"
    row "generation size on disk" "<= 40 MB" "$(du -sm "$work/data/segments" | cut -f1) MB"
}

# import_one DATASET FILE...: adds to the total, and keeps the peak memory.
import_one() {
    measure "$interdict" lists import "$@"
    total=$(calculate "$total + $wall") processor=$(calculate "$processor + $cpu")
    if [ "$peak" -gt "$most" ]; then most=$peak; fi
}

populations() {
    "$interdict" calibrate --generate $rows --output "$work/rows.csv" 2> /dev/null
    "$interdict" calibrate --generate $many --output "$work/many.csv" 2> /dev/null
}

# batch ROWS GOAL WHAT FILE [OPTION...]. Short ones are the best of three, because others may use the
# machine too. The goals are for the full number of rows.
batch() {
    local count=$1 goal=$2 what=$3 file=$4 best= line
    shift 4
    if $quick; then goal=; fi
    for _ in 1 2 3; do
        measure "$interdict" batch "$file" "$work/out.csv" "$@"
        if [ -z "$best" ] || awk "BEGIN { exit !($wall < $best) }"; then
            best=$wall
            line="$(used), $(thousands "$(rounded "$count / $wall")") names/s,"
            line+=" $(grep -o '[0-9]* with a match' "$work/stdout")"
        fi
        if [ "$count" -gt 100000 ]; then break; fi
    done
    row "batch, $(thousands "$count") rows, CSV to CSV, $what" "$goal" "$line"
}

batches() {
    local by_name=(-i name=name --schema-column schema)
    batch $rows ">= 100,000 names/s" "by name and schema" "$work/rows.csv" "${by_name[@]}"
    batch $rows "" "with birth date and country" "$work/rows.csv"
    batch $many "<= 12 s" "by name and schema" "$work/many.csv" "${by_name[@]}"
    row "resident memory while serving: peak of that batch, the mapped lists included" "<= 100 MB" \
        "$peak MB"
}

warm_query() {
    measure "$warm" "$1" "$2" "$3"
    sed -n 's/^second pass: //p' "$work/stdout"
}

queries() {
    row "one query in a warm process, one thread" "p50 <= 50 us, p99 <= 500 us" \
        "$(warm_query "$work/data" "$work/rows.csv" $((rows / 5000)))"
    row "whole process \`interdict screen NAME\`, generation not in memory, median of 20" "<= 30 ms" \
        "$(whole_process forget_files) ms"
    row "the same, generation in the page cache" "" "$(whole_process true) ms"
}

# whole_process BEFORE: the median of twenty runs, each with a name of its own and after BEFORE.
whole_process() {
    local times=() name start
    while read -r name; do
        "$1"
        start=$EPOCHREALTIME
        "$interdict" screen "$name" > /dev/null 2>&1 || true
        times+=("$(calculate "($EPOCHREALTIME - $start) * 1000")")
    done < <(awk -F, '$3 == "Person" && ++count <= 20 { print $2 }' "$work/rows.csv")
    printf '%s\n' "${times[@]}" | sort -n | sed -n 10p | xargs printf '%.0f'
}

# Asks the system to drop the generation from its page cache, as after a restart.
forget_files() {
    local file
    for file in "$work"/data/segments/*; do
        dd of="$file" oflag=nocache conv=notrunc,fdatasync count=0 2> /dev/null || true
    done
}

advanced_xml() {
    local xml=$work/sdn_advanced.xml
    if [ ! -s "$xml" ]; then
        INTERDICT_ADVANCED_XML=$(realpath "$work")/sdn_advanced.xml \
            cargo test -q -p interdict-lists full_size -- --ignored > /dev/null
    fi
    local size=$(($(stat -c %s "$xml") / 1000000))
    measure "$target/release/examples/read_list" --problems us_ofac_sdn "$xml"
    row "read an SDN_ADVANCED.XML of $size MB" "<= 3 s, <= 300 MB" \
        "$(used)"
    measure "$interdict" --data-dir "$work/advanced" lists import us_ofac_sdn "$xml"
    row "import it" "" "$(used)"
    rm -rf "$work/advanced"
}

# recall WHAT NAMES EVERY: the pairs that were lost are kept beside the names.
recall() {
    measure "$target/release/examples/recall" "$work/data" "$2" "$3"
    cp "$work/stdout" "${2%.csv}.recall.txt"
    row "retrieval recall against brute force, $1" ">= 99.9 %" \
        "$(grep 'found by the index' "$work/stdout")"
}

recalls() {
    local more=1
    if $quick; then more=5; fi
    recall "generated rows" "$work/rows.csv" $((20 * more))
    # Names as the list spells them: each has its own entity to find, and similar ones.
    {
        echo name
        iconv -f latin1 -t utf8 "$lists/ofac/alt.csv" | awk -F'"' 'NF > 4 { print "\"" $4 "\"" }'
    } > "$work/aliases.csv"
    recall "published aliases" "$work/aliases.csv" $((25 * more))
}

at_scale() {
    local count=$1 csv=$work/entities.csv
    "$interdict" calibrate --generate "$count" --output "$csv" 2> /dev/null
    rm -rf "$work/scale"
    measure "$interdict" --data-dir "$work/scale" lists import synthetic "$csv"
    row "scale: build $(thousands "$count") synthetic entities" "<= 10 min, <= 4 GB" \
        "$(used), $(du -sm "$work/scale/segments" | cut -f1) MB on disk"
    # Names of the same generator by another seed: many are listed in the same or a similar spelling.
    "$interdict" calibrate --generate 2000 --seed 2 --output "$work/asked.csv" 2> /dev/null
    row "scale: one query in a warm process" "p50 <= 1 ms, p99 <= 10 ms" \
        "$(warm_query "$work/scale" "$work/asked.csv" 1)"
    rm -rf "$work/scale" "$csv"
}

# One function, so that bash parses the whole script before anything runs.
main() {
    build
    head_of_table
    import_lists
    populations
    batches
    queries
    advanced_xml
    recalls
    if [ "$scale" -gt 0 ]; then at_scale "$scale"; fi
    echo "written to $table" >&2
}

main; exit
