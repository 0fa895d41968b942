package dev.sluice.cli.file;

import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.ObjectReader;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvReadFeature;
import tools.jackson.dataformat.csv.CsvSchema;

/** A CSV file (RFC 4180, UTF-8) with a header row. */
public final class Csv {
  private final MappingIterator<@Nullable String[]> rows;
  private final List<String> header;
  private long line;

  /**
   * Reads the header.
   *
   * @throws CsvException if there is none
   */
  public Csv(InputStream content, char separator) throws CsvException {
    ObjectReader reader =
        new CsvMapper()
            .readerFor(String[].class)
            .with(CsvSchema.emptySchema().withColumnSeparator(separator))
            .with(CsvReadFeature.WRAP_AS_ARRAY)
            .with(CsvReadFeature.SKIP_EMPTY_LINES)
            .with(CsvReadFeature.EMPTY_UNQUOTED_STRING_AS_NULL);
    try {
      rows = reader.readValues(content);
      @Nullable String[] names = next();
      if (names == null) {
        throw new CsvException("is empty: its first line must name the columns");
      }
      for (int i = 0; i < names.length; i++) {
        String name = names[i];
        if (name == null || name.isBlank()) {
          throw new CsvException("column " + (i + 1) + " has no name in the first line");
        }
        names[i] = name.strip();
      }
      header = List.of(nonNull(names));
    } catch (JacksonException e) {
      throw new CsvException(e.getOriginalMessage());
    }
  }

  private static String[] nonNull(@Nullable String[] names) {
    String[] all = new String[names.length];
    for (int i = 0; i < names.length; i++) {
      all[i] = String.valueOf(names[i]);
    }
    return all;
  }

  /** The file is no CSV. */
  public static final class CsvException extends Exception {
    public CsvException(String message) {
      super(message);
    }
  }

  /** The columns' names. */
  public List<String> header() {
    return header;
  }

  /**
   * The next row's cells, null for an empty one without quotes; null at the end.
   *
   * @throws CsvException if a quote is never closed, for example
   */
  public @Nullable String @Nullable [] next() throws CsvException {
    try {
      if (!rows.hasNextValue()) {
        return null;
      }
      line = rows.parser().currentLocation().getLineNr();
      return rows.nextValue();
    } catch (JacksonException e) {
      throw new CsvException("line " + (line + 1) + ": " + e.getOriginalMessage());
    }
  }

  /** The line at which the last row begins, from 1. */
  public long line() {
    return line;
  }
}
