package dev.sluice.cli.gateway;

import java.net.URI;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the gateway is. */
final class GatewayOptions {
  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "${env:SLUICE_URL:-http://localhost:8080}",
      description =
          "The gateway's HTTP address (default: $SLUICE_URL, else http://localhost:8080).")
  URI url = URI.create("http://localhost:8080");

  @Mixin Credentials credentials = new Credentials();
  @Mixin Certificates certificates = new Certificates();

  /**
   * Its HTTP face.
   *
   * @throws CommandFailure if the URL is none
   */
  GatewayHttp http() {
    if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())
        || url.getHost() == null) {
      throw CommandFailure.usage("--url must be like http://localhost:8080: was " + url);
    }
    return new GatewayHttp(url, credentials::now, certificates);
  }
}
