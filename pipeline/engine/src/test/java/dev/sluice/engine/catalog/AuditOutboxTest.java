package dev.sluice.engine.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.AuditRecord.Change;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import dev.sluice.model.table.TableJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class AuditOutboxTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Author ANN = new Author("ann", "http", "127.0.0.1:4711");

  private static final RecordingLog LOG = new RecordingLog();
  private static Catalog catalog;

  @BeforeAll
  static void open() {
    catalog = Catalog.open(CatalogSettings.of(TestServers.postgres()), LOG);
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  @AfterEach
  void bringTheLogBack() {
    LOG.away = false;
  }

  @Test
  void everyChangeIsNotedOnceWithWhoMadeItAndWhatWasBefore() {
    byAnn(catalog.declare(stream("audited", "P1D")));
    byAnn(catalog.declare(stream("audited", "P1D")));
    byAnn(catalog.declare(stream("audited", "P2D")));
    byAnn(catalog.delete("audited"));

    List<AuditRecord> told = told("audited");

    assertThat(told).extracting(AuditRecord::author).containsOnly(ANN);
    assertThat(told)
        .extracting(audited -> audited.change().action() + " " + audited.change().outcome())
        .containsExactly("put created", "put changed", "delete deleted");
    assertThat(told.get(0).change().before()).isNull();
    assertThat(told.get(1).change().before()).isEqualTo(told.get(0).change().after());
    assertThat(told.get(1).change().after()).contains("\"retention\":\"P2D\"");
    assertThat(told.get(2).change())
        .isEqualTo(
            new Change(
                "delete", "stream", "audited", "deleted", told.get(1).change().after(), null));
    assertThat(told("audited")).as("handed on before").isEmpty();
  }

  @Test
  void tablesAreNotedToo() {
    String table = "{\"fields\":[{\"name\":\"k\",\"type\":\"STRING\"}],\"key\":\"k\"}";
    byAnn(catalog.declareTable(TableJson.parse("audited_table", table.getBytes(UTF_8))));
    byAnn(catalog.deleteTable("audited_table"));

    assertThat(told("audited_table"))
        .extracting(audited -> audited.change().action() + " " + audited.change().kind())
        .containsExactly("put table", "delete table");
  }

  @Test
  void whatWasNotChangedIsNotNoted() {
    LOG.away = true;
    assertThatThrownBy(() -> byAnn(catalog.declare(stream("not_audited", "P1D"))))
        .isInstanceOf(ProblemException.class);

    assertThat(told("not_audited")).isEmpty();
  }

  @Test
  void whatCouldNotBeHandedOnComesAgainWithItsId() {
    catalog.declare(stream("audited_again", "P1D")).block(SOON);
    List<AuditRecord> lost = new ArrayList<>();
    assertThatThrownBy(
            () ->
                catalog
                    .audit()
                    .handOn(
                        records -> {
                          lost.addAll(records);
                          return Mono.error(new IllegalStateException("away"));
                        })
                    .block(SOON))
        .hasMessage("away");

    List<AuditRecord> told = told("audited_again");

    assertThat(told).hasSize(1);
    assertThat(told.get(0).author()).isEqualTo(Author.SLUICE);
    assertThat(lost).contains(told.get(0));
  }

  @Test
  void aNameOfSluicesOwnIsNobodyElses() {
    refused(catalog.declare(stream("sluice.mine", "P1D")));
    refused(catalog.delete("sluice.mine"));

    Declared own = requireNonNull(catalog.declareOwn(stream("sluice.mine", "P1D")).block(SOON));

    assertThat(catalog.find("sluice.mine")).isEqualTo(own.stream());
    assertThat(own.stream().definition().topic()).isEqualTo("sluice.mine");
    refused(catalog.delete("sluice.mine"));
  }

  private static void refused(Mono<?> change) {
    assertThatThrownBy(() -> change.block(SOON))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.NAME_RESERVED));
  }

  private static void byAnn(Mono<?> change) {
    change.contextWrite(ANN::with).block(SOON);
  }

  private static List<AuditRecord> told(String name) {
    List<AuditRecord> all = new ArrayList<>();
    catalog.audit().handOn(records -> Mono.fromRunnable(() -> all.addAll(records))).block(SOON);
    return all.stream().filter(audited -> audited.change().name().equals(name)).toList();
  }

  private static StreamDefinition stream(String name, String retention) {
    String json =
        "{\"fields\":[{\"name\":\"device\",\"type\":\"STRING\"}],\"retention\":\""
            + retention
            + "\"}";
    return StreamJson.parse(name, json.getBytes(UTF_8));
  }
}
