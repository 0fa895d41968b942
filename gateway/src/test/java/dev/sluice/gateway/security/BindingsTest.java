package dev.sluice.gateway.security;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BindingsTest {
  private final InetAddress loopback = InetAddress.getLoopbackAddress();

  @Test
  void everyPortOnTheLoopbackMayBeOpen() {
    assertThatCode(() -> bound(loopback, loopback).requireLoopback()).doesNotThrowAnyException();
  }

  @Test
  void onePortElsewhereIsRefusedWithWhatToDo() throws Exception {
    InetAddress elsewhere = InetAddress.getByName("192.0.2.1");

    assertThatThrownBy(() -> bound(loopback, elsewhere).requireLoopback())
        .hasMessageContaining("SECURITY_REQUIRED")
        .hasMessageContaining("spring.rsocket.server.address")
        .hasMessageContaining("was 192.0.2.1")
        .hasMessageContaining("sluice.security.mode=token");
  }

  @Test
  void allAddressesAreNotTheLoopback() throws Exception {
    assertThatThrownBy(() -> bound(null, loopback).requireLoopback())
        .hasMessageContaining("server.address")
        .hasMessageContaining("not set, which is all addresses");
    assertThatThrownBy(() -> bound(InetAddress.getByName("0.0.0.0"), loopback).requireLoopback())
        .hasMessageContaining("was 0.0.0.0");
  }

  private static Bindings bound(@Nullable InetAddress http, @Nullable InetAddress rsocket) {
    Map<String, @Nullable InetAddress> addresses = new LinkedHashMap<>();
    addresses.put(Bindings.HTTP, http);
    addresses.put(Bindings.RSOCKET, rsocket);
    return new Bindings(addresses);
  }
}
