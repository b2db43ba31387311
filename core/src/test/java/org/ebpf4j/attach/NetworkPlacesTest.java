package org.ebpf4j.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.ebpf4j.attach.Netfilter.Family;
import org.ebpf4j.attach.Netfilter.Hook;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The text of places of the network, with all of their options.
class NetworkPlacesTest {
  private record Loaded(Optional<AttachType> attachType) implements Place.Surroundings {
    @Override
    public Handle map(String name) {
      throw new AssertionError(name);
    }

    @Override
    public Handle program(String name) {
      throw new AssertionError(name);
    }

    @Override
    public Handle listening(InetSocketAddress address) {
      throw new AssertionError(address);
    }
  }

  private static AttachPoint read(String text) {
    return read(text, null);
  }

  private static AttachPoint read(String text, @Nullable AttachType loaded) {
    var colon = text.indexOf(':');
    return HookKind.named(text.substring(0, colon))
        .orElseThrow()
        .parse(text.substring(colon + 1))
        .in(new Loaded(Optional.ofNullable(loaded)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "xdp:veth0",
        "xdp:veth0,driver,netlink",
        "xdp:veth0,generic,replace=12,netns=/run/netns/blue",
        "tcx:veth0,ingress",
        "tcx:veth0,egress,head,revision=4",
        "tcx:veth0,egress,tail",
        "tcx:veth0,ingress,before=12",
        "tcx:veth0,ingress,after=link:12,netns=/proc/7/ns/net",
        "tcx:veth0,ingress,replace=12",
        "netkit:nk0,primary,head",
        "netkit:nk0,peer,before=link:3",
        "tc:veth0,ingress",
        "tc:veth0,egress,priority=7,handle=42,classify,netns=/run/netns/blue",
        "tc:veth0,ingress,handle=4294967295",
        "tc:veth0,parent=1:1f,priority=65535",
        "netfilter:ipv6/postrouting",
        "netfilter:ipv4/prerouting,priority=-399,defrag,netns=/run/netns/blue",
        "sk_lookup:current",
        "sk_lookup:/proc/7/ns/net",
        "flow_dissector:current",
        "lwt:10.1.0.0/24,dev=veth0",
        "lwt:2001:db8::/64,dev=veth0,via=fe80::1,table=100,metric=5,headroom=32",
      })
  void isReadAndPrintsBack(String text) {
    var point = read(text);
    assertThat(point.kind() + ":" + point.place()).isEqualTo(text);
    assertThat(read(point.kind() + ":" + point.place())).isEqualTo(point);
  }

  @ParameterizedTest
  @CsvSource({
    "'xdp:v,skb', 'xdp:v,generic'",
    "'tc:v,ingress,prio=3', 'tc:v,ingress,priority=3'",
    "'tc:v,egress,pref=3,handle=0x2a', 'tc:v,egress,priority=3,handle=42'",
    "'tc:v,parent=1:', 'tc:v,parent=1:0'",
    "'tcx:v,ingress,netns=7', 'tcx:v,ingress,netns=/proc/7/ns/net'",
    "'tcx:v,ingress,netns=blue', 'tcx:v,ingress,netns=/run/netns/blue'",
    "'tcx:v,ingress,netns=current', 'tcx:v,ingress'",
    "'netfilter:IPv4/Input', 'netfilter:ipv4/input'",
    "'sk_lookup:blue', 'sk_lookup:/run/netns/blue'",
    "'lwt:10.0.0.0/8,dev=v,table=254', 'lwt:10.0.0.0/8,dev=v'",
  })
  void otherFormsMeanTheSame(String text, String same) {
    assertThat(read(text)).isEqualTo(read(same));
  }

  @Test
  void programsSayWhichWay() {
    assertThat(read("tcx:v", AttachType.TCX_EGRESS)).isEqualTo(Tcx.egress("v"));
    assertThat(read("tc:v", AttachType.TCX_INGRESS)).isEqualTo(Tc.ingress("v"));
    assertThat(read("netkit:v", AttachType.NETKIT_PEER)).isEqualTo(Netkit.peer("v"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tcx:v|add ingress or egress, as in tcx:v,ingress",
        "tcx:,ingress|the name is empty",
        "tcx:v,ingress,egress|not both",
        "tcx:v,ingress,head,before=3|not both",
        "tcx:v,ingress,before=x|is the id of a program, or link:ID; not 'x'",
        "tcx:v,ingress,before=0|an id of at least 1",
        "tcx:v,ingress,replace=link:4|replaced by updating the link",
        "tcx:v,ingress,netns=.x|no name of a network namespace",
        "netkit:v|add primary or peer, as in netkit:v,primary",
        "tc:v|add ingress or egress, as in tc:v,ingress",
        "tc:v,ingress,priority=65536|at most 65535",
        "tc:v,parent=x|MAJOR:MINOR in hexadecimal",
        "tc:v,parent=0:0|a filter has a parent",
        "tc:v,ingress,parent=1:|not both",
        "xdp:v,replace=0|is the id of a program",
        "netfilter:ipv4|netfilter is FAMILY/HOOK",
        "netfilter:ipv4/ingress|netfilter is FAMILY/HOOK",
        "netfilter:ipv4/input,priority=-2147483648|keeps priority -2147483648 to itself",
        "netfilter:ipv4/input,priority=-400,defrag|a higher one",
        "lwt:10.0.0.0/8|dev=veth0",
        "lwt:10.0.0.0,dev=v|lwt is the prefix of a route",
        "lwt:10.0.0.0/8,dev=v,headroom=257|up to 256 bytes",
        "lwt:10.0.0.0/8,dev=v,via=x|a gateway is an IP address",
        "lwt:10.0.0.0/8,dev=v,table=0|a table is 1 to",
      })
  void saysWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void recordsHaveTheirParametersOneByOne() {
    assertThat(Xdp.on("v").driver().byNetlink().in(Netns.named("blue")).place())
        .isEqualTo("v,driver,netlink,netns=/run/netns/blue");
    assertThat(Xdp.on("v").replacing(3).netlink()).isTrue();
    assertThat(Tcx.ingress("v").with(Order.beforeLink(7).withRevision(2)).place())
        .isEqualTo("v,ingress,before=link:7,revision=2");
    assertThat(Netfilter.of(Family.IPV4, Hook.INPUT).withPriority(-5).defragmented().place())
        .isEqualTo("ipv4/input,priority=-5,defrag");
    assertThat(Netns.ofProcess(7).path()).isEqualTo("/proc/7/ns/net");
    assertThatThrownBy(() -> Netns.ofProcess(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Netns("/a,b")).hasMessageContaining("without a comma");
    assertThatThrownBy(() -> new Netkit("v", AttachType.TCX_EGRESS, Order.DEFAULT, Netns.CURRENT))
        .hasMessageContaining("netkit has primary and peer");
  }
}
