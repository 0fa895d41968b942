package dev.sluice.gateway.tls;

import dev.sluice.gateway.RunningGateway;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.transport.ClientTransport;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.client.WebsocketClientTransport;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import reactor.netty.tcp.SslProvider.SslContextSpec;
import reactor.netty.tcp.TcpClient;

/**
 * Clients of a gateway by TLS, which trust one authority, and show a certificate of their own or
 * none.
 */
public record TlsClients(RunningGateway gateway, X509Bundle trusted) {
  private static final Duration SOON = Duration.ofSeconds(60);

  // ---- certificates ----

  public static X509Bundle authority(String name) throws Exception {
    return new CertificateBuilder().subject(name).setIsCertificateAuthority(true).buildSelfSigned();
  }

  public static X509Bundle server(X509Bundle by) throws Exception {
    return new CertificateBuilder()
        .subject("CN=localhost")
        .addSanDnsName("localhost")
        .addSanIpAddress("127.0.0.1")
        .addExtendedKeyUsageServerAuth()
        .buildIssuedBy(by);
  }

  public static X509Bundle device(X509Bundle by, String name) throws Exception {
    return new CertificateBuilder()
        .subject("CN=" + name)
        .addExtendedKeyUsageClientAuth()
        .buildIssuedBy(by);
  }

  // ---- clients ----

  static SSLContext context(X509Bundle trusted, @Nullable X509Bundle own) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          own == null ? new KeyManager[0] : new KeyManager[] {new Unasked(own)},
          new TrustManager[] {trusted.toTrustManager()},
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Shows its certificate whoever's is asked for. */
  private static final class Unasked extends X509ExtendedKeyManager {
    private final X509Bundle own;

    Unasked(X509Bundle own) {
      this.own = own;
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return new String[] {"own"};
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return "own";
    }

    @Override
    public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
      return "own";
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal[] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return own.getCertificatePath();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return own.getKeyPair().getPrivate();
    }
  }

  public HttpClient http(@Nullable X509Bundle own) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(context(trusted, own))
        .connectTimeout(SOON)
        .build();
  }

  public HttpResponse<String> send(
      @Nullable X509Bundle own, String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(https(path))
            .timeout(SOON)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return http(own).send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private URI https(String path) {
    return URI.create("https://127.0.0.1:" + gateway.http().getPort() + path);
  }

  /**
   * A connection of the WebSocket door.
   *
   * @param told of each message, and at last of why it was closed
   */
  public WebSocket webSocket(@Nullable X509Bundle own, String path, Consumer<String> told) {
    return http(own)
        .newWebSocketBuilder()
        .buildAsync(
            URI.create(https(path).toString().replace("https", "wss")),
            new WebSocket.Listener() {
              @Override
              public @Nullable CompletionStage<?> onText(
                  WebSocket from, CharSequence data, boolean last) {
                told.accept(data.toString());
                from.request(1);
                return null;
              }

              @Override
              public @Nullable CompletionStage<?> onClose(
                  WebSocket from, int status, String reason) {
                told.accept(reason);
                return null;
              }
            })
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
  }

  /** What is answered to one frame over a WebSocket. */
  public String ackByWebSocket(@Nullable X509Bundle own, String path, String frame) {
    CompletableFuture<String> ack = new CompletableFuture<>();
    WebSocket socket = webSocket(own, path, ack::complete);
    socket.sendText(frame, true);
    String told = ack.orTimeout(60, TimeUnit.SECONDS).join();
    socket.abort();
    return told;
  }

  /** RSocket over TCP. */
  public RSocket rsocket(@Nullable X509Bundle own) {
    return connect(
        TcpClientTransport.create(
            TcpClient.create()
                .host("127.0.0.1")
                .port(gateway.rsocketPort())
                .secure(tls -> secure(tls, own))));
  }

  /** RSocket over a WebSocket. */
  public RSocket rsocketByWebSocket(@Nullable X509Bundle own) {
    return connect(
        WebsocketClientTransport.create(
            reactor.netty.http.client.HttpClient.create()
                .host("127.0.0.1")
                .port(gateway.http().getPort())
                .secure(tls -> secure(tls, own)),
            "/rsocket"));
  }

  private static RSocket connect(ClientTransport transport) {
    return Objects.requireNonNull(
        RSocketConnector.create()
            .metadataMimeType(WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString())
            .dataMimeType("application/json")
            .connect(transport)
            .block(SOON));
  }

  private void secure(SslContextSpec spec, @Nullable X509Bundle own) {
    SslContextBuilder tls =
        SslContextBuilder.forClient().trustManager(trusted.getRootCertificate());
    if (own != null) {
      tls.keyManager(own.getKeyPair().getPrivate(), own.getCertificatePath());
    }
    try {
      spec.sslContext(tls.build());
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
  }
}
