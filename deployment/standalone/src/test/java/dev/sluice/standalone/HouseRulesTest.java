package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.core.importer.Locations;
import com.tngtech.archunit.lang.ArchRule;
import dev.sluice.engine.query.violation.WaitsAndKnowsReactorKafka;
import dev.sluice.model.violation.KnowsTheEngine;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HouseRulesTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importLocations(everything());

  private static Set<Location> everything() {
    Set<Location> locations = new HashSet<>(Locations.ofPackage("dev.sluice"));
    locations.add(Location.of(Path.of("..", "cli", "target", "classes")));
    return locations;
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holdsForAllModules(ArchRule rule) {
    assertThat(MAIN.stream().map(type -> type.getPackageName().split("\\.", 4)[2]).distinct())
        .contains(
            "model",
            "client",
            "engine",
            "views",
            "gateway",
            "fleet",
            "embedded",
            "standalone",
            "cli");
    rule.check(MAIN);
  }

  @ParameterizedTest
  @MethodSource("violations")
  void bites(ArchRule rule, Class<?> violation) {
    JavaClasses classes = new ClassFileImporter().importClasses(violation);
    assertThatThrownBy(() -> rule.check(classes))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(violation.getSimpleName());
  }

  @Test
  void noWayOfWaitingIsOverlooked() {
    JavaClasses classes = new ClassFileImporter().importClasses(WaitsAndKnowsReactorKafka.class);
    assertThatThrownBy(() -> HouseRules.NOTHING_WAITS.check(classes))
        .hasMessageContaining("Thread.sleep(")
        .hasMessageContaining("Flux.toIterable(")
        .hasMessageContaining("Flux.toStream(")
        .hasMessageContaining("Flux.blockLast(")
        .hasMessageContaining("Mono.block(");
  }

  static Stream<ArchRule> rules() {
    return Stream.of(
        HouseRules.ONE_WAY,
        HouseRules.REACTOR_KAFKA_IN_ONE_PACKAGE,
        HouseRules.KAFKA_IN_THE_LOG,
        HouseRules.MODEL_KNOWS_NEITHER_SPRING_NOR_SQL,
        HouseRules.ENGINE_AND_VIEWS_KNOW_NO_TRANSPORT,
        HouseRules.NOTHING_WAITS);
  }

  static Stream<Arguments> violations() {
    return Stream.of(
        Arguments.of(HouseRules.ONE_WAY, KnowsTheEngine.class),
        Arguments.of(HouseRules.REACTOR_KAFKA_IN_ONE_PACKAGE, WaitsAndKnowsReactorKafka.class),
        Arguments.of(HouseRules.KAFKA_IN_THE_LOG, WaitsAndKnowsReactorKafka.class),
        Arguments.of(HouseRules.MODEL_KNOWS_NEITHER_SPRING_NOR_SQL, KnowsTheEngine.class),
        Arguments.of(
            HouseRules.ENGINE_AND_VIEWS_KNOW_NO_TRANSPORT, WaitsAndKnowsReactorKafka.class),
        Arguments.of(HouseRules.NOTHING_WAITS, WaitsAndKnowsReactorKafka.class));
  }
}
