package dev.sluice.engine.sql;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Union;

/**
 * What of a tree of relations is computed each for itself. Between the root and what UNION ALL puts
 * together there are only filters and projections, which are those of every side. Sides that group
 * are a plan each; those that do not are one for each stream.
 */
final class Parts {
  /** Each has its place in the resume token. */
  static final int MOST = 8;

  private Parts() {}

  /**
   * One of them.
   *
   * @param others where the other parts begin, by identity
   */
  record Part(StreamDefinition stream, Set<RelNode> others) {}

  static List<Part> of(RelNode root) {
    List<RelNode> all = new ArrayList<>();
    addLeaves(root, all);
    Map<Object, List<RelNode>> parts = new LinkedHashMap<>();
    for (RelNode leaf : all) {
      parts.computeIfAbsent(key(leaf), key -> new ArrayList<>()).add(leaf);
    }
    if (parts.size() > MOST) {
      throw unsupported(
          "UNION ALL of more than "
              + MOST
              + " queries that group, or read different streams, is not supported: ask several");
    }
    return parts.values().stream().map(own -> part(own, all)).toList();
  }

  /** Equal for those that are computed together. */
  private static Object key(RelNode leaf) {
    if (leaf instanceof TableFunctionScan scan) {
      return stream(leaf).name() + " by " + scan.getCall();
    }
    return leaf instanceof TableScan ? stream(leaf).name() : leaf;
  }

  private static Part part(List<RelNode> own, List<RelNode> all) {
    Set<RelNode> others = Collections.newSetFromMap(new IdentityHashMap<>());
    others.addAll(all);
    own.forEach(others::remove);
    return new Part(stream(own.get(0)), others);
  }

  private static void addLeaves(RelNode node, List<RelNode> leaves) {
    if (node instanceof Union union && union.all) {
      union.getInputs().forEach(side -> addLeaves(side, leaves));
    } else if (node instanceof Project
        || node instanceof Filter
        || node instanceof Sort
        || node instanceof Correlate
        || node instanceof Join) {
      addLeaves(node.getInput(0), leaves);
    } else {
      leaves.add(node);
    }
  }

  /** The one that all below it reads. */
  private static StreamDefinition stream(RelNode node) {
    Map<String, StreamDefinition> streams = new LinkedHashMap<>();
    addStreams(node, streams);
    if (streams.size() > 1) {
      throw unsupported(
          "GROUP BY over a UNION ALL of different streams ("
              + String.join(", ", streams.keySet())
              + ") is not supported: group each side, or group the rows where they arrive");
    }
    return streams.values().iterator().next();
  }

  private static void addStreams(RelNode node, Map<String, StreamDefinition> streams) {
    if (node instanceof TableScan scan) {
      StreamTable table = scan.getTable().unwrap(StreamTable.class);
      if (table != null) {
        streams.put(table.stream().name(), table.stream());
      }
    }
    node.getInputs().forEach(input -> addStreams(input, streams));
  }

  private static Places.Unread unsupported(String detail) {
    return new Places.Unread(
        Problem.of(ProblemCode.QUERY_UNSUPPORTED, detail).toException(), "UNION ALL");
  }
}
