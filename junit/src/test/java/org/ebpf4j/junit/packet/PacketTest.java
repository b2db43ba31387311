package org.ebpf4j.junit.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Packets are put together and taken apart as the kernel does it: `kernel-packets.txt` has frames
/// that Linux sent.
class PacketTest {
  private static final int RANDOM = 3_000;

  private static Map<String, byte[]> frames() {
    var frames = new LinkedHashMap<String, byte[]>();
    try (var stream = PacketTest.class.getResourceAsStream("kernel-packets.txt")) {
      if (stream == null) {
        throw new IllegalStateException("kernel-packets.txt is missing");
      }
      new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" "))
          .forEach(words -> frames.put(words[0], HexFormat.of().parseHex(words[1])));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return frames;
  }

  static Stream<String> names() {
    return frames().keySet().stream();
  }

  private static byte[] frame(String name) {
    var frame = frames().get(name);
    if (frame == null) {
      throw new IllegalArgumentException(name);
    }
    return frame;
  }

  /// The same layer with all left open that can be worked out.
  private static Layer opened(Layer layer, boolean fragment) {
    return switch (layer) {
      case Ethernet e -> e.withType(Layer.AUTO);
      case Vlan v -> v.withType(Layer.AUTO);
      case Ipv4 ip -> {
        var open = ip.withTotalLength(Layer.AUTO).withChecksum(Layer.AUTO);
        yield fragment ? open : open.withProtocol(Layer.AUTO);
      }
      case Ipv6 ip -> ip.withPayloadLength(Layer.AUTO).withNextHeader(Layer.AUTO);
      case Ipv6Extension x -> new Ipv6Extension(x.type(), Layer.AUTO, x.content());
      case Tcp tcp when !fragment -> tcp.withChecksum(Layer.AUTO);
      case Udp udp when !fragment -> udp.withChecksum(Layer.AUTO).withLength(Layer.AUTO);
      case Icmp icmp when !fragment -> icmp.withChecksum(Layer.AUTO);
      case Icmpv6 icmp when !fragment -> icmp.withChecksum(Layer.AUTO);
      case Layer other -> other;
    };
  }

  @ParameterizedTest
  @MethodSource("names")
  void whatIsWorkedOutIsWhatTheKernelSent(String name) {
    var frame = frame(name);
    var packet = Packet.parse(frame);
    var layers =
        packet.layers().stream().map(layer -> opened(layer, name.contains("fragment"))).toList();
    assertThat(HexFormat.of().formatHex(Packet.of(layers).bytes()))
        .as(packet.toString())
        .isEqualTo(HexFormat.of().formatHex(frame));
    assertThat(packet.wrongChecksums()).isEmpty();
    assertThat(packet.layers().size()).as(packet.toString()).isGreaterThan(1);
  }

  @Test
  void aSynOfTheKernel() {
    var kernel = Packet.parse(frame("tcp_syn"));
    var sent = kernel.get(Tcp.class);
    assertThat(
            Packet.of(
                Ethernet.local(),
                Ipv4.of("192.0.2.1", "192.0.2.2")
                    .withId(kernel.get(Ipv4.class).id(), Ipv4.DONT_FRAGMENT),
                Tcp.syn(4003, 4004)
                    .withNumbers(sent.sequence(), 0)
                    .withWindow(64240)
                    .withOptions(sent.options().toArray())))
        .isEqualTo(kernel);
    assertThat(sent.flags()).containsExactly(TcpFlag.SYN);
    assertThat(sent.options().size()).isEqualTo(20);
  }

  @Test
  void aQuestionOfArpAndItsAnswer() {
    assertThat(
            Packet.of(
                new Ethernet(MacAddress.BROADCAST, MacAddress.of("02:00:00:00:00:01"), Layer.AUTO),
                Arp.request("02:00:00:00:00:01", "192.0.2.1", "192.0.2.2")))
        .isEqualTo(Packet.parse(frame("arp_request")));
    assertThat(Packet.parse(frame("arp_reply")).get(Arp.class).operation()).isEqualTo(Arp.REPLY);
  }

  /// The sums of RFC 1071, section 3, and the header of a packet that many textbooks have.
  @Test
  void checksumsThatAreKnown() {
    var bytes = HexFormat.of().parseHex("0001f203f4f5f6f7");
    assertThat(new Checksum().add(bytes).value()).isEqualTo(~0xddf2 & 0xffff);
    var header =
        Ipv4.of("192.168.0.1", "192.168.0.199").withId(0, Ipv4.DONT_FRAGMENT).withProtocol(17);
    assertThat(Packet.of(header.withTotalLength(0x73)).get(Ipv4.class).checksum())
        .isEqualTo(0xb861);
  }

  @Test
  void tagsOfVlans() {
    var single =
        Packet.of(
            Ethernet.local(),
            Vlan.of(100).withPriority(5),
            Ipv4.of("192.0.2.1", "192.0.2.2"),
            Udp.of(1, 2));
    assertThat(HexFormat.of().formatHex(single.bytes())).contains("0000018100a06408004500");
    var twice =
        Packet.of(
            Ethernet.local(),
            Vlan.of(1000),
            new Vlan(0, true, 7, Layer.AUTO),
            Ipv6.of("2001:db8::1", "2001:db8::2"),
            Icmpv6.echoRequest(1, 2));
    assertThat(HexFormat.of().formatHex(twice.bytes())).contains("88a803e88100100786dd6000");
    assertThat(Packet.parse(twice.bytes()).layers()).isEqualTo(twice.layers());
  }

  @Test
  void fragmentsAsTheKernelMakesThem() {
    var first = Packet.parse(frame("udp_first_fragment"));
    var content = new byte[2000];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) i;
    }
    var id = first.get(Ipv4.class).id();
    var whole =
        Packet.of(
            Ethernet.local(),
            Ipv4.of("192.0.2.1", "192.0.2.2").withId(id, 0),
            Udp.of(4000, 4001),
            Payload.of(content));
    assertThat(whole.fragments(1500))
        .containsExactly(first, Packet.parse(frame("udp_last_fragment")));
    assertThat(whole.fragments(4000)).containsExactly(whole);
    assertThat(whole.fragments(100)).allMatch(f -> f.size() <= 114).hasSize(26);
    assertThatThrownBy(() -> whole.fragments(27)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void fragmentsOfIpv6() {
    var kernel = Packet.parse(frame("ipv6_first_fragment"));
    var content = new byte[1800];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) i;
    }
    var header = kernel.get(Ipv6.class);
    var whole =
        Packet.of(
            Ethernet.local(),
            Ipv6.of("2001:db8::1", "2001:db8::2")
                .withFlow(header.trafficClass(), header.flowLabel()),
            Udp.of(4000, 4001),
            Payload.of(content));
    var cut = new ArrayList<String>();
    for (var fragment : whole.fragments(1500)) {
      // The kernel draws a number; here it is 1.
      var id = kernel.get(Ipv6Fragment.class).id();
      var own = fragment.get(Ipv6Fragment.class);
      cut.add(
          HexFormat.of()
              .formatHex(
                  fragment
                      .with(new Ipv6Fragment(own.nextHeader(), own.offset(), own.more(), id))
                      .bytes()));
    }
    assertThat(cut)
        .containsExactly(
            HexFormat.of().formatHex(frame("ipv6_first_fragment")),
            HexFormat.of().formatHex(frame("ipv6_last_fragment")));
  }

  @Test
  void wrongChecksumsAreKeptAndFound() {
    var packet =
        Packet.of(
            Ethernet.local(),
            Ipv4.of("192.0.2.1", "192.0.2.2").withChecksum(0x1234),
            Udp.of(1, 2).withChecksum(7),
            Payload.of("x"));
    assertThat(Packet.parse(packet.bytes()).wrongChecksums())
        .hasSize(2)
        .anyMatch(line -> line.matches("ipv4.checksum: expected 0x[0-9a-f]{4} but was 0x1234"))
        .anyMatch(line -> line.matches("udp.checksum: expected 0x[0-9a-f]{4} but was 0x0007"));
    // None is none that is wrong.
    assertThat(packet.with(Udp.of(1, 2)).wrongChecksums()).isEmpty();
    assertThat(
            Packet.of(
                    Ethernet.local(),
                    Ipv4.of("192.0.2.1", "192.0.2.2"),
                    Udp.of(1, 2).withChecksum(0))
                .wrongChecksums())
        .isEmpty();
  }

  @Test
  void differencesAreToldByField() {
    var one =
        Packet.of(
            Ethernet.local(), Ipv4.of("192.0.2.1", "192.0.2.2"), Udp.of(1, 2), Payload.of("x"));
    assertThat(one.differences(one.with(Udp.of(1, 3)))).hasSize(2);
    assertThat(one.differences(one.with(Ipv4.of("192.0.2.1", "192.0.2.3"))).toString())
        .contains("ipv4.destination: expected 192.0.2.2 but was 192.0.2.3");
    assertThat(one.differences(Packet.of(Ethernet.local(), Payload.of("x"))).toString())
        .contains("layer 2: expected ipv4: tos 0,", "but was payload: content 78");
    assertThat(one.toString())
        .contains("udp: sourcePort 1, destinationPort 2, length 9, checksum 0x")
        .contains("  0000  02 00 00 00 00 02 02 00 00 00 00 01 08 00 45 00  ..............E.\n");
  }

  @Test
  void framesAreFilledUp() {
    var packet =
        Packet.of(
            Ethernet.local(),
            Ipv4.of("192.0.2.1", "192.0.2.2"),
            Udp.of(1, 2),
            Payload.of("x"),
            Padding.zeroes(17));
    assertThat(packet.size()).isEqualTo(60);
    assertThat(packet.get(Ipv4.class).totalLength()).isEqualTo(29);
    assertThat(Packet.parse(packet.bytes()).layers()).isEqualTo(packet.layers());
  }

  private static byte[] bytes(Random random, int size) {
    var bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private static Packet random(Random random) {
    var layers = new ArrayList<Layer>(List.of(Ethernet.local()));
    for (int i = random.nextInt(3); i > 0; i--) {
      layers.add(new Vlan(random.nextInt(8), random.nextBoolean(), random.nextInt(4096), -1));
    }
    var six = random.nextBoolean();
    if (six) {
      layers.add(
          Ipv6.of("2001:db8::" + random.nextInt(9), "2001:db8::1")
              .withFlow(random.nextInt(256), random.nextInt(1 << 20)));
      for (var type :
          new int[] {Ipv6Extension.HOP_BY_HOP, Ipv6Extension.ROUTING, Ipv6Extension.DESTINATION}) {
        if (random.nextInt(3) == 0) {
          layers.add(Ipv6Extension.of(type, bytes(random, 6 + 8 * random.nextInt(4))));
        }
      }
    } else {
      layers.add(
          Ipv4.of("192.0.2." + random.nextInt(256), "192.0.2.1")
              .withTtl(random.nextInt(256))
              .withOptions(bytes(random, random.nextInt(41))));
    }
    layers.add(
        switch (random.nextInt(3)) {
          case 0 -> Udp.of(random.nextInt(65536), random.nextInt(65536));
          case 1 ->
              Tcp.of(random.nextInt(65536), 80)
                  .withFlags(
                      Stream.of(TcpFlag.values())
                          .filter(_ -> random.nextBoolean())
                          .toArray(TcpFlag[]::new))
                  .withOptions(bytes(random, random.nextInt(41)));
          default -> six ? Icmpv6.echoRequest(1, random.nextInt(65536)) : Icmp.echoReply(3, 4);
        });
    layers.add(Payload.of(bytes(random, 1 + random.nextInt(100))));
    return Packet.of(layers);
  }

  @Test
  void whatIsPutTogetherIsTakenApart() {
    var random = new Random(7);
    for (int i = 0; i < RANDOM; i++) {
      var packet = random(random);
      var parsed = Packet.parse(packet.bytes());
      assertThat(parsed.layers()).isEqualTo(packet.layers());
      assertThat(parsed.wrongChecksums()).isEmpty();
      assertThat(packet.differences(parsed)).isEmpty();
    }
  }

  @Test
  void anyBytesAreAPacket() {
    var random = new Random(8);
    for (int i = 0; i < RANDOM; i++) {
      var bytes = random(random).bytes();
      for (int n = random.nextInt(6); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      var packet = Packet.parse(bytes);
      assertThat(packet.bytes()).isEqualTo(bytes);
      assertThat(packet.layers().stream().mapToInt(Layer::size).sum()).isEqualTo(bytes.length);
      assertThat(packet.toString()).isNotNull();
      packet.wrongChecksums();
      Packet.parseIp(bytes);
    }
  }
}
