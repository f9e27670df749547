#!/usr/bin/env bash
# Software: DuckDB 1.5.6 (@duckdb/node-api 1.5.6-r.1), a Parquet file by hyparquet-writer 0.17.0, Node 20.
# Guess: a query gives the same rows of a Parquet file as of a table that was loaded from it. NaN is the largest number to
#        DuckDB, so that "loss > 100" finds it in both.
# Seen:  the table gives the row with NaN for loss > 100, for NOT (loss <= 100) and even for loss = 'nan'. The file gives no
#        row for any of the three: its statistics leave NaN out, as the format wants, and the group of rows is skipped by
#        them. max(loss) is NaN and isnan(loss) finds the row in both. A file that DuckDB writes has no statistics of such a
#        column, and gives the row.
# Fails when the package answers otherwise. Needs Node 20 and a package feed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true, "type": "module"}' > package.json
npm install --ignore-scripts --no-audit --no-fund --loglevel error @duckdb/node-api@1.5.6-r.1 hyparquet-writer@0.17.0 >/dev/null
cat > probe.mjs <<'X'
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetWriteFile } from 'hyparquet-writer';

await parquetWriteFile({
  filename: 'losses.parquet',
  columnData: [
    { name: 'step', data: [1, 2, 3, 4], type: 'INT32' },
    { name: 'loss', data: [0.5, 0.25, NaN, 0.125], type: 'DOUBLE' },
  ],
});
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const ask = async (query) => (await connection.runAndReadAll(query)).getRows().map(String).join(' ') || 'none';
await connection.run("CREATE TABLE loaded AS SELECT * FROM 'losses.parquet'");
await connection.run("COPY loaded TO 'rewritten.parquet'");
for (const from of ['loaded', "'losses.parquet'", "'rewritten.parquet'"]) {
  const where = (filter) => ask(`SELECT step FROM ${from} WHERE ${filter}`);
  console.log(
    `${from}: loss > 100 ${await where('loss > 100')}, not <= 100 ${await where('NOT (loss <= 100)')}, ` +
      `= nan ${await where("loss = 'nan'::DOUBLE")}, isnan ${await where('isnan(loss)')}, ` +
      `max ${await ask(`SELECT max(loss) FROM ${from}`)}`,
  );
}
X
seen=$(node probe.mjs)
echo "$seen"
expected="loaded: loss > 100 3, not <= 100 3, = nan 3, isnan 3, max NaN
'losses.parquet': loss > 100 none, not <= 100 none, = nan none, isnan 3, max NaN
'rewritten.parquet': loss > 100 3, not <= 100 3, = nan 3, isnan 3, max NaN"
[ "$seen" = "$expected" ] || { echo "DuckDB answers otherwise now." >&2; exit 1; }
