// The benchmark's queries in DuckDB: node duckdb.js FILE THREADS [distinct]
// distinct: children of all records, each once in every cell, instead of records. All columns are read as
// text, which is faster than to let DuckDB find out their types.
const { DuckDBInstance } = require('@duckdb/node-api');

const [, , file, threads, distinct] = process.argv;
const AGE = 'CAST(CHAGE AS INT)';
const AGE_GROUP = `CASE WHEN coalesce(CHAGE, '') = '' OR CHAGE = '99' THEN 'unknown'
  WHEN CHAGE = '77' THEN 'unborn' WHEN ${AGE} < 1 THEN '0' WHEN ${AGE} < 6 THEN '1-5' WHEN ${AGE} < 11 THEN '6-10'
  WHEN ${AGE} < 14 THEN '11-13' WHEN ${AGE} < 16 THEN '14-15' WHEN ${AGE} < 18 THEN '16-17'
  WHEN ${AGE} < 24 THEN '18-23' ELSE '24+' END`;
const shown = (name) => `coalesce(nullif(${name}, ''), '(blank)')`;
const QUERY = `SELECT STATERR, ${AGE_GROUP}, ${shown('CHSEX')}, ${shown('CHMAL1')},
    ${distinct ? 'count(DISTINCT CHID)' : 'count(*)'}
  FROM read_csv($file, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"')
  ${distinct ? '' : "WHERE RPTDISP IN ('01', '02')"} GROUP BY ALL`;

(async () => {
  const database = await DuckDBInstance.create(':memory:', { threads });
  const connection = await database.connect();
  const result = await connection.runAndReadAll(QUERY, { file });
  process.stdout.write(result.getRows().map((row) => row.join(',') + '\n').join(''));
})();
