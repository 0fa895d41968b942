package dev.sluice.views.partials;

import dev.sluice.engine.log.GroupPosition;
import java.util.Map;

/**
 * How far a first stage is.
 *
 * @param committed of each partition that it reads
 * @param atEnd whether it has read all that there is
 */
public record Reading(Map<Integer, GroupPosition> committed, boolean atEnd) {
  public Reading {
    committed = Map.copyOf(committed);
  }
}
