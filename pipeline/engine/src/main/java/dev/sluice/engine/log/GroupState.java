package dev.sluice.engine.log;

import java.util.Map;

/**
 * How far a group is.
 *
 * @param members who read for it now
 * @param positions of the partitions of which something was read
 */
public record GroupState(int members, Map<Integer, GroupPosition> positions) {
  public GroupState {
    positions = Map.copyOf(positions);
  }
}
