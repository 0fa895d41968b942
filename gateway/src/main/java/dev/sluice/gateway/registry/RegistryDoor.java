package dev.sluice.gateway.registry;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.SchemaVersion;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What of the Schema Registry's API reads: subjects are the topics' names and {@code -value}.
 * Source: Confluent's "Schema Registry API Reference".
 */
@RestController
class RegistryDoor {
  private static final MediaType TYPE =
      MediaType.parseMediaType("application/vnd.schemaregistry.v1+json");
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String LATEST = "latest";

  /** Where Apicurio's serdes ask in their Confluent mode, whichever of its ids they take it for. */
  private static final String APICURIO = "/apis/registry/v2/ids/{kind}/{id}";

  /** As every change of a stream's fields is checked. */
  private static final String COMPATIBILITY = "BACKWARD_TRANSITIVE";

  private final Catalog catalog;

  RegistryDoor(Catalog catalog) {
    this.catalog = catalog;
  }

  @GetMapping("/subjects")
  ResponseEntity<byte[]> subjects() {
    ArrayNode names = JSON.createArrayNode();
    bySubject().keySet().forEach(names::add);
    return answer(names);
  }

  @GetMapping("/subjects/{subject}/versions")
  ResponseEntity<byte[]> versions(@PathVariable("subject") String subject) {
    ArrayNode numbers = JSON.createArrayNode();
    require(subject).forEach(version -> numbers.add(version.version()));
    return answer(numbers);
  }

  @GetMapping("/subjects/{subject}/versions/{version}")
  ResponseEntity<byte[]> version(
      @PathVariable("subject") String subject, @PathVariable("version") String version) {
    SchemaVersion found = require(subject, version);
    ObjectNode node =
        JSON.createObjectNode()
            .put("subject", subject)
            .put("version", found.version())
            .put("id", found.id())
            .put("schema", found.schema());
    return answer(node);
  }

  @GetMapping("/subjects/{subject}/versions/{version}/schema")
  ResponseEntity<byte[]> schemaOfVersion(
      @PathVariable("subject") String subject, @PathVariable("version") String version) {
    return answer(JSON.readTree(require(subject, version).schema()));
  }

  @GetMapping("/schemas/ids/{id}")
  Mono<ResponseEntity<byte[]>> schema(@PathVariable("id") String id) {
    return text(id).map(schema -> answer(JSON.createObjectNode().put("schema", schema)));
  }

  @GetMapping({"/schemas/ids/{id}/schema", APICURIO})
  Mono<ResponseEntity<byte[]>> bareSchema(@PathVariable("id") String id) {
    return text(id).map(schema -> answer(JSON.readTree(schema)));
  }

  /** A schema of ours is whole. */
  @GetMapping(APICURIO + "/references")
  Mono<ResponseEntity<byte[]>> references(@PathVariable("id") String id) {
    return text(id).map(schema -> answer(JSON.createArrayNode()));
  }

  @GetMapping("/schemas/ids/{id}/versions")
  Mono<ResponseEntity<byte[]>> versionsOfId(@PathVariable("id") String id) {
    ArrayNode found = JSON.createArrayNode();
    bySubject()
        .forEach(
            (subject, versions) ->
                versions.stream()
                    .filter(version -> version.id() == number(id))
                    .forEach(
                        version ->
                            found
                                .addObject()
                                .put("subject", subject)
                                .put("version", version.version())));
    // An id that no stream has any more is one of no subject.
    return text(id).map(schema -> answer(found));
  }

  @GetMapping("/schemas/types")
  ResponseEntity<byte[]> types() {
    return answer(JSON.createArrayNode().add("AVRO"));
  }

  @GetMapping("/config")
  ResponseEntity<byte[]> config() {
    return answer(JSON.createObjectNode().put("compatibilityLevel", COMPATIBILITY));
  }

  @GetMapping("/config/{subject}")
  ResponseEntity<byte[]> config(@PathVariable("subject") String subject) {
    require(subject);
    return config();
  }

  @GetMapping("/mode")
  ResponseEntity<byte[]> mode() {
    return answer(JSON.createObjectNode().put("mode", "READONLY"));
  }

  /** The versions of each subject of a topic that is there, in their order. */
  private TreeMap<String, List<SchemaVersion>> bySubject() {
    TreeMap<String, List<SchemaVersion>> subjects = new TreeMap<>();
    for (CatalogStream stream : catalog.all()) {
      if (stream.definition().foreign() == null) {
        String subject = stream.definition().topic() + "-value";
        subjects.put(
            subject,
            catalog.schemas(stream.definition().name()).stream()
                .filter(version -> version.subject().equals(subject))
                .toList());
      }
    }
    return subjects;
  }

  private List<SchemaVersion> require(String subject) {
    List<SchemaVersion> versions = bySubject().get(subject);
    if (versions == null || versions.isEmpty()) {
      throw new RegistryError(
          HttpStatus.NOT_FOUND, RegistryError.NO_SUBJECT, "Subject '" + subject + "' not found.");
    }
    return versions;
  }

  private SchemaVersion require(String subject, String version) {
    List<SchemaVersion> versions = require(subject);
    if (version.equals(LATEST) || version.equals("-1")) {
      return versions.get(versions.size() - 1);
    }
    if (!version.matches("[1-9][0-9]{0,8}")) {
      throw new RegistryError(
          HttpStatus.UNPROCESSABLE_CONTENT,
          RegistryError.BAD_VERSION,
          "The specified version '"
              + version
              + "' is not a valid version id: give a number from 1, or latest.");
    }
    int number = Integer.parseInt(version);
    return versions.stream()
        .filter(one -> one.version() == number)
        .findFirst()
        .orElseThrow(
            () ->
                new RegistryError(
                    HttpStatus.NOT_FOUND,
                    RegistryError.NO_VERSION,
                    "Version " + version + " not found."));
  }

  private static int number(String id) {
    if (!id.matches("[0-9]{1,9}")) {
      throw noSchema(id);
    }
    return Integer.parseInt(id);
  }

  private Mono<String> text(String id) {
    return catalog
        .schema(number(id))
        .filter(Optional::isPresent)
        .map(Optional::get)
        .switchIfEmpty(Mono.error(() -> noSchema(id)));
  }

  private static RegistryError noSchema(String id) {
    return new RegistryError(
        HttpStatus.NOT_FOUND, RegistryError.NO_SCHEMA, "Schema " + id + " not found");
  }

  private static ResponseEntity<byte[]> answer(JsonNode node) {
    return ResponseEntity.ok().contentType(TYPE).body(JSON.writeValueAsBytes(node));
  }

  @ExceptionHandler
  ResponseEntity<byte[]> refuse(RegistryError error) {
    ObjectNode node =
        JSON.createObjectNode().put("error_code", error.code()).put("message", error.getMessage());
    return ResponseEntity.status(error.status())
        .contentType(TYPE)
        .body(JSON.writeValueAsBytes(node));
  }
}
