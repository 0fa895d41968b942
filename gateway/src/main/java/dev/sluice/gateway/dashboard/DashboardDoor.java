package dev.sluice.gateway.dashboard;

import dev.sluice.gateway.http.BrowserRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.MediaTypeFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.util.DigestUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The dashboard's files, as its build has left them; 404 without its jar. */
@RestController
class DashboardDoor {
  private static final String ROOT = "sluice-dashboard/";
  private static final String COMPRESSED = ".gz";

  /** No way out of the folder: neither a slash nor a dot at the beginning. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

  /** With the hash of its content in its name, as Vite writes it, a file never changes. */
  private static final Pattern HASHED = Pattern.compile(".*-[A-Za-z0-9_-]{8}\\.[a-z0-9]+");

  private static final CacheControl FOREVER =
      CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();
  private static final CacheControl ASK_EACH_TIME = CacheControl.noCache();

  @GetMapping("/")
  Mono<ResponseEntity<byte[]>> page(
      @RequestHeader(name = HttpHeaders.ACCEPT_ENCODING, defaultValue = "") String encodings) {
    return file("index.html", encodings);
  }

  @GetMapping("/assets/{file}")
  Mono<ResponseEntity<byte[]>> asset(
      @PathVariable("file") String name,
      @RequestHeader(name = HttpHeaders.ACCEPT_ENCODING, defaultValue = "") String encodings) {
    return NAME.matcher(name).matches()
        ? file("assets/" + name, encodings)
        : Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND));
  }

  private static Mono<ResponseEntity<byte[]>> file(String path, String encodings) {
    return Mono.fromCallable(() -> answer(path, encodings))
        .subscribeOn(Schedulers.boundedElastic());
  }

  private static ResponseEntity<byte[]> answer(String path, String encodings) {
    ClassPathResource plain = new ClassPathResource(ROOT + path);
    if (!plain.exists()) {
      throw new ResponseStatusException(HttpStatus.NOT_FOUND);
    }
    ClassPathResource compressed = new ClassPathResource(ROOT + path + COMPRESSED);
    boolean gzip = takesGzip(encodings) && compressed.exists();
    byte[] bytes = bytes(gzip ? compressed : plain);
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.ok()
            .contentType(
                MediaTypeFactory.getMediaType(path).orElse(MediaType.APPLICATION_OCTET_STREAM))
            .cacheControl(HASHED.matcher(path).matches() ? FOREVER : ASK_EACH_TIME)
            .eTag(DigestUtils.md5DigestAsHex(bytes))
            .varyBy(HttpHeaders.ACCEPT_ENCODING)
            .header(BrowserRules.POLICY, BrowserRules.OF_A_PAGE);
    if (gzip) {
      answer.header(HttpHeaders.CONTENT_ENCODING, "gzip");
    }
    return answer.body(bytes);
  }

  /** What browsers say; who weighs encodings against each other gets the plain one. */
  private static boolean takesGzip(String encodings) {
    for (String encoding : encodings.split(",")) {
      if (encoding.strip().equalsIgnoreCase("gzip")) {
        return true;
      }
    }
    return false;
  }

  private static byte[] bytes(ClassPathResource resource) {
    try {
      return resource.getContentAsByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
