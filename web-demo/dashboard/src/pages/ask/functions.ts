/** What SQL has in Sluice, as deployment/docs/sql.md says. */
export interface SqlFunction {
  name: string;
  kind: 'window' | 'aggregate' | 'function';
  /** What is put in, with `{x}` for a place to fill; `ts` is the stream's time column. */
  template: string;
  about: string;
}

function all(kind: SqlFunction['kind'], ...lines: string[]): SqlFunction[] {
  return lines.map((line) => {
    const [signature = '', about = ''] = line.split(/ {2,}/);
    const name = signature.slice(0, signature.indexOf('('));
    return { name, kind, template: signature, about };
  });
}

export const FUNCTIONS: readonly SqlFunction[] = [
  ...all(
    'window',
    "TUMBLE(ts, INTERVAL '{10}' SECOND)  windows side by side, of one size",
    "HOP(ts, INTERVAL '{1}' MINUTE, INTERVAL '{5}' MINUTE)  windows that overlap: how often, how long",
    "SESSION(ts, INTERVAL '{30}' SECOND)  what comes without a pause as long as that",
    "TUMBLE_START(ts, INTERVAL '{10}' SECOND)  when the window begins",
    "TUMBLE_END(ts, INTERVAL '{10}' SECOND)  when the window ends",
  ),
  ...all(
    'aggregate',
    'COUNT(*)  how many events',
    'SUM({x})  the sum of numbers',
    'AVG({x})  the mean',
    'MIN({x})  the least',
    'MAX({x})  the greatest',
    'STDDEV({x})  the standard deviation of a sample',
    'VARIANCE({x})  the variance of a sample',
    'FIRST_VALUE({x})  the first, by event time',
    'LAST_VALUE({x})  the last, by event time',
    'APPROX_COUNT_DISTINCT({x})  how many different ones, within 3.3 % in 95 of 100 cases',
    'APPROX_PERCENTILE({x}, {0.95})  the value below which that share lies',
    "LISTAGG({x}, '{, }')  texts, joined",
    'ARRAY_AGG({x})  values, as a JSON array',
  ),
  ...all(
    'function',
    'COALESCE({a}, {b})  the first that is not NULL',
    'NULLIF({a}, {b})  NULL where they are equal',
    'CAST({x} AS {DOUBLE})  as another type',
    'UPPER({x})  in capitals',
    'LOWER({x})  in small letters',
    'CHAR_LENGTH({x})  characters',
    'SUBSTRING({x}, {1}, {3})  a part: from which place, how many',
    'LEFT({x}, {3})  the first characters',
    'RIGHT({x}, {3})  the last characters',
    'TRIM({x})  without blanks around it',
    "LPAD({x}, {8}, '{0}')  filled up in front",
    "REPLACE({x}, '{from}', '{to}')  every one replaced",
    "POSITION('{part}' IN {x})  where it is, from 1; 0 if it is not",
    'CONCAT({a}, {b})  joined; NULL counts as empty',
    "SPLIT_INDEX({x}, '{,}', {0})  one part, from 0",
    "STARTS_WITH({x}, '{part}')  whether it begins so",
    "ENDS_WITH({x}, '{part}')  whether it ends so",
    "REGEXP_LIKE({x}, '{pattern}')  whether the pattern is in it (RE2)",
    "JSON_VALUE({x}, '$.{path}')  a value in JSON, as text",
    'ABS({x})  without its sign',
    'SIGN({x})  -1, 0 or 1',
    'FLOOR({x})  down to a whole number',
    'CEIL({x})  up to a whole number',
    'ROUND({x}, {1})  so many digits after the point',
    'MOD({a}, {b})  what is left of a division',
    'POWER({a}, {b})  a to the b',
    'SQRT({x})  the square root',
    'EXP({x})  e to the x',
    'LN({x})  the natural logarithm',
    'LOG10({x})  the logarithm to base 10',
    'SIN({x})  of radians',
    'COS({x})  of radians',
    'ATAN2({y}, {x})  the angle of a point',
    'DEGREES({x})  of radians',
    'RADIANS({x})  of degrees',
    'GREATEST({a}, {b})  the greatest',
    'LEAST({a}, {b})  the least',
    'YEAR(ts)  the year, in UTC or a zone: YEAR(ts, zone)',
    'MONTH(ts)  the month',
    'DAYOFWEEK(ts)  1 is Sunday',
    'HOUR(ts)  the hour',
    'MINUTE(ts)  the minute',
    'EXTRACT({HOUR} FROM ts)  a part of a time',
    "DATE_TRUNC('{minute}', ts)  down to a unit",
    "DATE_FLOOR('{day}', ts, '{Europe/Berlin}')  down to a unit, in a zone",
    "AT_ZONE(ts, '{Europe/Berlin}')  what clocks there show",
    'TIMESTAMPADD({MINUTE}, {5}, ts)  so much later',
    'TIMESTAMPDIFF({SECOND}, {a}, {b})  whole units between',
    'UNIX_MILLIS(ts)  milliseconds since 1970',
  ),
];

export const KEYWORDS: readonly string[] =
  `SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT AS AND OR NOT IN LIKE BETWEEN IS NULL TRUE FALSE UNKNOWN CASE WHEN THEN
  ELSE END DISTINCT FILTER WITH UNION ALL CROSS JOIN UNNEST SPLIT TABLE DESCRIPTOR INTERVAL TIMESTAMP ASC DESC NULLS FIRST
  LAST ESCAPE SYMMETRIC EXPLAIN MILLISECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR TO`.split(/\s+/);

/** Columns of every stream that `*` does not name. */
export const PSEUDO_COLUMNS: readonly { name: string; type: string; about: string }[] = [
  { name: '_key', type: 'STRING', about: 'the record’s key' },
  { name: '_ingested', type: 'TIMESTAMP', about: 'when it came, by the gateway’s clock' },
  { name: '_partition', type: 'LONG', about: 'where its record is in Kafka' },
  { name: '_offset', type: 'LONG', about: 'where its record is in Kafka' },
];
