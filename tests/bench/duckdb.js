// The benchmark's queries in DuckDB: node duckdb.js FILE THREADS [distinct]
// distinct: children of all records, each once in every cell, instead of records. All columns are read as
// text, which is faster than to let DuckDB find out their types.
const { DuckDBInstance } = require('@duckdb/node-api');

const [, , file, threads, distinct] = process.argv;
const AGE_GROUP = `CASE WHEN coalesce(CHAGE, '') = '' OR CHAGE = '99' THEN 'unknown' WHEN CHAGE = '77' THEN 'unborn'
  WHEN CAST(CHAGE AS INT) < 1 THEN '0' WHEN CAST(CHAGE AS INT) < 6 THEN '1-5' WHEN CAST(CHAGE AS INT) < 11 THEN '6-10'
  WHEN CAST(CHAGE AS INT) < 14 THEN '11-13' WHEN CAST(CHAGE AS INT) < 16 THEN '14-15'
  WHEN CAST(CHAGE AS INT) < 18 THEN '16-17' WHEN CAST(CHAGE AS INT) < 24 THEN '18-23' ELSE '24+' END`;
const QUERY = `SELECT STATERR, ${AGE_GROUP}, coalesce(nullif(CHSEX, ''), '(blank)'), coalesce(nullif(CHMAL1, ''), '(blank)'),
    ${distinct ? 'count(DISTINCT CHID)' : 'count(*)'}
  FROM read_csv($file, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"')
  ${distinct ? '' : "WHERE RPTDISP IN ('01', '02')"} GROUP BY ALL`;

(async () => {
  const database = await DuckDBInstance.create(':memory:', { threads });
  const connection = await database.connect();
  const result = await connection.runAndReadAll(QUERY, { file });
  process.stdout.write(result.getRows().map((row) => row.join(',') + '\n').join(''));
})();
