package dev.sluice.model.json;

import dev.sluice.model.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a frame holds: {@code events + rejected} are all of its events. With a problem the frame is
 * refused as a whole, and both are empty.
 */
public record DecodedFrame<E>(List<E> events, List<Rejection> rejected, @Nullable Problem problem) {

  static <E> DecodedFrame<E> refused(Problem problem) {
    return new DecodedFrame<>(List.of(), List.of(), problem);
  }
}
