package dev.sluice.views.table;

import dev.sluice.model.event.EventBatch;
import java.util.List;

/**
 * What brings a table further in one partition.
 *
 * @param from where the table must be for it
 * @param to where it is then
 * @param batches what is between the two, in the order of their offsets
 */
record Step(int partition, Progress from, Progress to, List<EventBatch> batches) {
  Step {
    batches = List.copyOf(batches);
  }
}
