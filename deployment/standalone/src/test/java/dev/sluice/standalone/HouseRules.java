package dev.sluice.standalone;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import org.reactivestreams.Publisher;

/** What holds for all classes of all modules. */
final class HouseRules {
  /**
   * Dependencies run one way: deployment, then fleet, gateway and views, then engine, then model.
   */
  static final ArchRule ONE_WAY =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("dev.sluice..")
          .withOptionalLayers(true)
          .layer("model")
          .definedBy("dev.sluice.model..")
          .layer("client")
          .definedBy("dev.sluice.client..")
          .layer("engine")
          .definedBy("dev.sluice.engine..")
          .layer("views")
          .definedBy("dev.sluice.views..")
          .layer("gateway")
          .definedBy("dev.sluice.gateway..")
          .layer("fleet")
          .definedBy("dev.sluice.fleet..")
          .layer("embedded")
          .definedBy("dev.sluice.embedded..")
          .layer("standalone")
          .definedBy("dev.sluice.standalone..")
          .layer("cli")
          .definedBy("dev.sluice.cli..")
          .whereLayer("model")
          .mayNotAccessAnyLayer()
          .whereLayer("client")
          .mayNotAccessAnyLayer()
          .whereLayer("embedded")
          .mayNotAccessAnyLayer()
          .whereLayer("engine")
          .mayOnlyAccessLayers("model")
          .whereLayer("views")
          .mayOnlyAccessLayers("engine", "model")
          .whereLayer("gateway")
          .mayOnlyAccessLayers("engine", "model")
          .whereLayer("fleet")
          .mayOnlyAccessLayers("client")
          .whereLayer("cli")
          .mayOnlyAccessLayers("client")
          .whereLayer("standalone")
          .mayOnlyAccessLayers("gateway", "views", "fleet", "embedded", "model")
          .ensureAllClassesAreContainedInArchitecture();

  /** The discontinued library can be replaced by changing one package. */
  static final ArchRule REACTOR_KAFKA_IN_ONE_PACKAGE =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.sluice.engine.log.kafka")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("reactor.kafka..")
          .because("reactor-kafka is discontinued: whoever replaces it touches one package");

  static final ArchRule KAFKA_IN_THE_LOG =
      noClasses()
          .that(
              DescribedPredicate.not(
                  resideInAnyPackage(
                      "dev.sluice.engine.log.kafka",
                      "dev.sluice.views.merge",
                      "dev.sluice.embedded")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka..");

  static final ArchRule MODEL_KNOWS_NEITHER_SPRING_NOR_SQL =
      noClasses()
          .that(resideInAPackage("dev.sluice.model.."))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.springframework..", "org.apache.calcite..", "java.sql..");

  /** But the one that sends: who posts to others has a say in which addresses it connects to. */
  static final ArchRule ENGINE_AND_VIEWS_KNOW_NO_TRANSPORT =
      noClasses()
          .that(
              resideInAnyPackage("dev.sluice.engine..", "dev.sluice.views..")
                  .and(resideOutsideOfPackage("dev.sluice.views.webhook..")))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.springframework..", "io.rsocket..", "reactor.netty..");

  private static final Set<String> WAITING =
      Set.of("block", "blockOptional", "blockFirst", "blockLast", "toIterable", "toStream");

  /** No exceptions so far; one is named here, with its reason. */
  static final ArchRule NOTHING_WAITS =
      noClasses()
          .should()
          .callMethodWhere(
              DescribedPredicate.describe(
                  "it waits on its thread: block, toIterable, toStream or Thread.sleep",
                  call -> waits(call)))
          .because("an event loop that waits stops everyone it serves");

  private HouseRules() {}

  private static boolean waits(JavaAccess<? extends AccessTarget> call) {
    AccessTarget target = call.getTarget();
    if (target.getOwner().isEquivalentTo(Thread.class)) {
      return target.getName().equals("sleep");
    }
    return WAITING.contains(target.getName()) && target.getOwner().isAssignableTo(Publisher.class);
  }
}
