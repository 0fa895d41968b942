package dev.sluice.engine.catalog;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Who changes something. It goes with the request, in Reactor's context, so that no change can be
 * made by who is not known: what is in no request is Sluice itself.
 *
 * @param subject the name that whoever it is has shown
 * @param face by which it came
 * @param address whence; null: from within
 */
public record Author(String subject, String face, @Nullable String address) {
  /** A process of Sluice, that nobody told to. */
  public static final Author SLUICE = new Author("sluice", "internal", null);

  /** Whose change it is. */
  public static Author in(ContextView context) {
    return Objects.requireNonNull(context.getOrDefault(Author.class, SLUICE));
  }

  /** A context of the author's. */
  public Context with(Context context) {
    return context.put(Author.class, this);
  }
}
