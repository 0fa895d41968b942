package dev.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.text.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenTest {
  @TempDir private Path folder;

  private Run token(String... more) {
    String[] all = new String[3 + more.length];
    all[0] = "token";
    all[1] = "--key";
    all[2] = folder.resolve("keys/token-key.pem").toString();
    System.arraycopy(more, 0, all, 3, more.length);
    return Run.of(all);
  }

  @Test
  void aTokenIsSignedByAKeyThatItsOwnerAloneReads() throws Exception {
    Run first =
        token(
            "--rights",
            "ingest:readings,query:plant1_*",
            "--device",
            "d1",
            "--quota",
            "events-per-second=200,connections=2");

    assertThat(first.exitCode()).isZero();
    assertThat(first.err()).contains("token-key.pem.pub").contains("sluice.security.mode=token");
    Path key = folder.resolve("keys/token-key.pem");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    String[] parts = first.out().strip().split("\\.", -1);
    assertThat(parts).hasSize(3);
    assertThat(verified(parts)).isTrue();
    Map<String, @Nullable Object> claims =
        Json.object(new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8));
    assertThat(Json.text(claims, "scope")).isEqualTo("ingest:readings query:plant1_*");
    assertThat(Json.text(claims, "device")).isEqualTo("d1");
    assertThat(Json.text(claims, "sub")).isEqualTo("d1");
    assertThat(Json.write(claims.get("quota")))
        .isEqualTo("{\"events-per-second\":200,\"connections\":2}");
    assertThat(Long.parseLong("" + Json.text(claims, "exp")))
        .isBetween(
            Instant.now().plusSeconds(3500).getEpochSecond(),
            Instant.now().plusSeconds(3600).getEpochSecond());
    assertThat(token("--rights", "admin").err()).isEmpty();
  }

  private boolean verified(String[] parts) throws Exception {
    String pem = Files.readString(folder.resolve("keys/token-key.pem.pub"));
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initVerify(KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der)));
    signature.update((parts[0] + "." + parts[1]).getBytes(UTF_8));
    return signature.verify(Base64.getUrlDecoder().decode(parts[2]));
  }

  @Test
  void aKeyOfEd25519SignsToo() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Path key = folder.resolve("ed.pem");
    Files.writeString(
        key,
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));

    String[] parts =
        Run.of("token", "--key", key.toString(), "--rights", "admin")
            .out()
            .strip()
            .split("\\.", -1);

    assertThat(new String(Base64.getUrlDecoder().decode(parts[0]), UTF_8)).contains("\"EdDSA\"");
    Signature signature = Signature.getInstance("Ed25519");
    signature.initVerify(pair.getPublic());
    signature.update((parts[0] + "." + parts[1]).getBytes(UTF_8));
    assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
  }

  @Test
  void whatIsNoRightOrNoSpanIsRefusedBeforeAKeyIsMade() {
    assertThat(token("--rights", "read:readings").exitCode()).isEqualTo(2);
    assertThat(token("--rights", "admin", "--expires", "soon").exitCode()).isEqualTo(2);
    assertThat(token("--rights", "admin", "--quota", "frames=2").exitCode()).isEqualTo(2);
    assertThat(token("--rights", "admin", "--quota", "queries=0").exitCode()).isEqualTo(2);
    assertThat(token("--rights", "admin", "--quota", "queries=many").exitCode()).isEqualTo(2);
    assertThat(token().exitCode()).isEqualTo(2);
    assertThat(folder.resolve("keys")).doesNotExist();
  }

  @Test
  void aKeyThatOthersReadSignsNothing() throws Exception {
    assertThat(token("--rights", "admin").exitCode()).isZero();
    Path key = folder.resolve("keys/token-key.pem");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

    Run refused = token("--rights", "admin");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).contains("chmod 600");
  }

  @Test
  void theTokenGoesWithEachRequest() throws Exception {
    Path file = folder.resolve("token");
    Files.writeString(file, "abc\n");
    try (TestHttp gateway = new TestHttp()) {
      gateway.on("GET /v1/streams", 200, "{\"streams\":[]}");

      assertThat(
              Run.of("stream", "list", "--url", gateway.url(), "--token-file", file.toString())
                  .exitCode())
          .isZero();
      assertThat(gateway.authorizations).containsExactly("Bearer abc");
    }
  }
}
