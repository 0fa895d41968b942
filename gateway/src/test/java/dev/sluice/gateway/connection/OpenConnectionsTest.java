package dev.sluice.gateway.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class OpenConnectionsTest {
  private final OpenConnections open = new OpenConnections(3, 2);

  @Test
  void theyAreBoundInAllAndByAddress() throws Exception {
    InetAddress one = InetAddress.getByName("192.0.2.1");
    InetAddress other = InetAddress.getByName("192.0.2.2");
    assertThat(open.enter(one)).isNull();
    assertThat(open.enter(one)).isNull();
    assertThat(open.enter(one)).contains("2 connections from your address");
    assertThat(open.count()).isEqualTo(2);
    assertThat(open.enter(other)).isNull();
    assertThat(open.enter(other)).contains("there are 3 connections");
    open.leave(one);
    assertThat(open.enter(one)).isNull();
    assertThat(open.count()).isEqualTo(3);
  }

  @Test
  void aNetworkOfIpv6CountsAsOne() throws Exception {
    assertThat(open.enter(InetAddress.getByName("2001:db8:0:1::1"))).isNull();
    assertThat(open.enter(InetAddress.getByName("2001:db8:0:1:ffff::2"))).isNull();
    assertThat(open.enter(InetAddress.getByName("2001:db8:0:1::3"))).isNotNull();
    assertThat(open.enter(InetAddress.getByName("2001:db8:0:2::1"))).isNull();
  }
}
