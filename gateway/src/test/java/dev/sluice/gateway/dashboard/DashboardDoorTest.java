package dev.sluice.gateway.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of src/test/resources/sluice-dashboard, as those of the dashboard's jar. */
class DashboardDoorTest {
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final String HASHED = "/assets/part-A1b2C3d4.js";

  private static HttpResponse<String> get(String path, String... headers) {
    return Http.get(GATEWAY.http(path), headers);
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  @Test
  void thePageIsAskedForEachTimeAndMayLoadNothingFromElsewhere() {
    HttpResponse<String> page = get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("<title>A page</title>");
    assertThat(header(page, "Content-Type")).startsWith("text/html");
    assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
    assertThat(header(page, "Content-Security-Policy").split("; ?"))
        .containsExactlyInAnyOrder(
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "font-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'");
  }

  @Test
  void whoHasThePageAlreadyIsToldSo() {
    String tag = header(get("/"), "ETag");

    HttpResponse<String> again = get("/", "If-None-Match", tag);

    assertThat(tag).isNotEmpty();
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @Test
  void aPartWithAHashInItsNameIsKeptForever() {
    assertThat(header(get(HASHED), "Cache-Control"))
        .contains("max-age=31536000")
        .contains("immutable");
    assertThat(header(get("/assets/theme.js"), "Cache-Control")).isEqualTo("no-cache");
  }

  @Test
  void aPartIsCompressedForWhoTakesIt() {
    HttpResponse<String> plain = get(HASHED);
    HttpResponse<String> compressed = get(HASHED, "Accept-Encoding", "br, gzip, zstd");

    assertThat(header(plain, "Content-Encoding")).isEmpty();
    assertThat(plain.body()).startsWith("console.log");
    assertThat(header(compressed, "Content-Encoding")).isEqualTo("gzip");
    assertThat(header(compressed, "Content-Type")).startsWith("text/javascript");
    assertThat(header(compressed, "Vary")).isEqualTo("Accept-Encoding");
    assertThat(header(compressed, "ETag")).isNotEqualTo(header(plain, "ETag"));
    assertThat(header(get("/assets/theme.js", "Accept-Encoding", "gzip"), "Content-Encoding"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/assets/missing-A1b2C3d4.js",
        "/assets/..%2findex.html",
        "/assets/..",
        "/assets/.hidden",
        "/index.html"
      })
  void nothingElseIsServed(String path) {
    HttpResponse<String> answer = get(path);

    assertThat(answer.statusCode()).isIn(400, 404);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
  }
}
