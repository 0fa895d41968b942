package dev.sluice.gateway.admin;

import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.engine.reference.ReferenceCopies;
import dev.sluice.engine.reference.TableRows;
import dev.sluice.model.problem.ProblemException;
import java.util.Optional;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How a reference table is doing. */
@Component
class TableStatus {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final TableRows rows;
  private final ReferenceCopies copies;

  TableStatus(TableRows rows, ReferenceCopies copies) {
    this.rows = rows;
    this.copies = copies;
  }

  /** What PostgreSQL does not tell in time is null. */
  Mono<JsonNode> of(CatalogTable table) {
    return rows.size(table)
        .map(Optional::of)
        .onErrorReturn(ProblemException.class, Optional.empty())
        .map(size -> json(table, size));
  }

  private JsonNode json(CatalogTable table, Optional<TableRows.Size> size) {
    ObjectNode status =
        JSON.createObjectNode()
            .put("created", Instants.text(table.created()))
            .put("generation", table.generation());
    status
        .put("rows", size.map(TableRows.Size::rows).orElse(null))
        .put("bytes", size.map(TableRows.Size::bytes).orElse(null));
    ReferenceCopies.State copy = copies.state(table);
    if (copy == null) {
      return status.putNull("copy");
    }
    status
        .putObject("copy")
        .put("rows", copy.rows())
        .put("bytes", copy.bytes())
        .put("current", copy.current())
        .put("since", Instants.text(copy.since()));
    return status;
  }
}
