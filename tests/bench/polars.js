// The benchmark's query in Polars: POLARS_MAX_THREADS=N node polars.js FILE
// All columns are read as text, which is faster than to let Polars find out their types. Empty fields become
// null, but those in quotes an empty text.
const pl = require('nodejs-polars');

const age = pl.col('CHAGE').cast(pl.Int32, false); // false: what is no number becomes null
const ageGroup = pl
  .when(age.isNull().or(age.eq(99))).then(pl.lit('unknown'))
  .when(age.eq(77)).then(pl.lit('unborn'))
  .when(age.lt(1)).then(pl.lit('0'))
  .when(age.lt(6)).then(pl.lit('1-5'))
  .when(age.lt(11)).then(pl.lit('6-10'))
  .when(age.lt(14)).then(pl.lit('11-13'))
  .when(age.lt(16)).then(pl.lit('14-15'))
  .when(age.lt(18)).then(pl.lit('16-17'))
  .when(age.lt(24)).then(pl.lit('18-23'))
  .otherwise(pl.lit('24+'));
const shown = (name) => pl.when(pl.col(name).isNull().or(pl.col(name).eq(pl.lit(''))))
  .then(pl.lit('(blank)')).otherwise(pl.col(name)).alias(name);

(async () => {
  const table = await pl.scanCSV(process.argv[2], { inferSchemaLength: 0 })
    .filter(pl.col('RPTDISP').eq(pl.lit('01')).or(pl.col('RPTDISP').eq(pl.lit('02'))))
    .select(pl.col('STATERR'), ageGroup.alias('age_group'), shown('CHSEX'), shown('CHMAL1'))
    .groupBy(['STATERR', 'age_group', 'CHSEX', 'CHMAL1']).agg(pl.col('STATERR').count().alias('n'))
    .collect();
  process.stdout.write(table.rows().map((row) => row.join(',') + '\n').join(''));
})();
