package dev.sluice.gateway.docs;

import dev.sluice.gateway.http.BrowserRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The OpenAPI document and its page, and the AsyncAPI document. */
@RestController
class DocsDoor {
  private static final MediaType YAML = MediaType.parseMediaType("application/yaml");
  private static final MediaType JAVASCRIPT = MediaType.parseMediaType("text/javascript");
  private static final MediaType CSS = MediaType.parseMediaType("text/css");
  private static final Duration GOOD_FOR = Duration.ofHours(1);
  private static final String PAGE = "dev/sluice/gateway/docs/";
  private static final String LIBRARY = "META-INF/resources/webjars/swagger-ui/*/";

  private static final Map<String, MediaType> LIBRARY_FILES =
      Map.of(
          "swagger-ui-bundle.js", JAVASCRIPT,
          "swagger-ui.css", CSS,
          "favicon-32x32.png", MediaType.IMAGE_PNG);

  @GetMapping("/v1/openapi.yaml")
  Mono<ResponseEntity<byte[]>> openapi() {
    return file(YAML, () -> new ClassPathResource("sluice-spec/openapi.yaml"));
  }

  @GetMapping("/v1/asyncapi.yaml")
  Mono<ResponseEntity<byte[]>> asyncapi() {
    return file(YAML, () -> new ClassPathResource("sluice-spec/asyncapi.yaml"));
  }

  @GetMapping("/docs")
  ResponseEntity<Void> entry() {
    return ResponseEntity.status(HttpStatus.PERMANENT_REDIRECT)
        .location(URI.create("/docs/"))
        .build();
  }

  @GetMapping("/docs/")
  Mono<ResponseEntity<byte[]>> page() {
    return file(MediaType.TEXT_HTML, () -> new ClassPathResource(PAGE + "index.html"));
  }

  @GetMapping("/docs/{file}")
  Mono<ResponseEntity<byte[]>> file(@PathVariable("file") String name) {
    if (name.equals("docs.js")) {
      return file(JAVASCRIPT, () -> new ClassPathResource(PAGE + "docs.js"));
    }
    MediaType type = LIBRARY_FILES.get(name);
    if (type == null) {
      return Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND));
    }
    return file(type, () -> libraryFile(name));
  }

  /** The library's folder is named after its version. */
  private static Resource libraryFile(String name) throws IOException {
    return new PathMatchingResourcePatternResolver(DocsDoor.class.getClassLoader())
        .getResources("classpath*:" + LIBRARY + name)[0];
  }

  private interface Source {
    Resource find() throws IOException;
  }

  private static Mono<ResponseEntity<byte[]>> file(MediaType type, Source source) {
    return Mono.fromSupplier(() -> bytes(source))
        .subscribeOn(Schedulers.boundedElastic())
        .map(
            bytes ->
                ResponseEntity.ok()
                    .contentType(type)
                    .cacheControl(CacheControl.maxAge(GOOD_FOR))
                    .header(BrowserRules.POLICY, BrowserRules.OF_A_PAGE)
                    .body(bytes));
  }

  private static byte[] bytes(Source source) {
    try {
      return source.find().getContentAsByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
