package dev.sluice.engine.log;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.stream.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who knows what the schemas of a stream's records are, by the id that each record has. */
public interface WriterSchemas {
  /** Nobody who knows of any but the stream's own. */
  WriterSchemas NONE =
      new WriterSchemas() {
        @Override
        public @Nullable List<Field> fields(CatalogStream stream, int id) {
          return null;
        }

        @Override
        public void refresh() {}
      };

  /**
   * The fields of a schema that the stream has or had, as far as is known by now.
   *
   * @return null if it is none of the stream's
   */
  @Nullable List<Field> fields(CatalogStream stream, int id);

  /**
   * Learns of every schema that a record could have had by now. Waits, for seconds: not for an
   * event loop.
   *
   * @throws dev.sluice.model.problem.ProblemException LOG_UNAVAILABLE: it cannot be told now, and
   *     may be later
   */
  void refresh();
}
