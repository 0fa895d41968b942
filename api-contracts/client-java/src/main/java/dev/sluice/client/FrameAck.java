package dev.sluice.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a frame: {@code accepted} events are stored, the rest is rejected, for good.
 *
 * @param frame the frame's place in what was handed to {@code sendFrames}, from 0; acks need not
 *     come in that order, because a frame that had to be sent again is acknowledged later
 * @param accepted how many of its events are stored
 * @param rejected those that are not, in the order of their index; empty if the frame as a whole
 *     was refused
 * @param refused why the frame as a whole was refused (not JSON, too large); null if it was not
 */
public record FrameAck(
    long frame, int accepted, List<Rejection> rejected, @Nullable SluiceException refused) {
  public FrameAck {
    rejected = List.copyOf(rejected);
  }
}
