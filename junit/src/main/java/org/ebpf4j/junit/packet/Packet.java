package org.ebpf4j.junit.packet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.RunInput;

/// A packet: its layers, and its bytes. A value.
///
/// {@snippet :
/// var packet =
///     Packet.of(
///         Ethernet.local(),
///         Vlan.of(100),
///         Ipv4.of("192.0.2.1", "192.0.2.2").withTtl(3),
///         Udp.of(5353, 53),
///         Payload.of("hello"));
/// program.run(packet.input());
/// }
public final class Packet {
  private final List<Layer> layers;
  private final byte[] bytes;

  private Packet(List<Layer> layers, byte[] bytes) {
    this.layers = List.copyOf(layers);
    this.bytes = bytes;
  }

  /// A packet of these layers, the outermost first. What they leave open is worked out: lengths,
  /// checksums, and what says which layer follows.
  ///
  /// @throws IllegalArgumentException where there is more than a packet of IP can have, or padding
  ///   is not the last layer
  public static Packet of(Layer... layers) {
    return of(Arrays.asList(layers));
  }

  /// A packet of these layers.
  public static Packet of(List<Layer> layers) {
    var encoder = new Encoder(layers);
    return new Packet(encoder.layers(), encoder.bytes());
  }

  /// Takes a packet apart that begins with a header of Ethernet. What is cut short or not known is
  /// a payload; nothing is refused.
  public static Packet parse(byte[] bytes) {
    return new Packet(new Decoder(bytes).frame(), bytes.clone());
  }

  /// Takes a packet apart that begins with a header of IP, as sockets and cgroups see it.
  public static Packet parseIp(byte[] bytes) {
    return new Packet(new Decoder(bytes).datagram(), bytes.clone());
  }

  /// Its layers, the outermost first.
  public List<Layer> layers() {
    return layers;
  }

  /// Its bytes.
  public byte[] bytes() {
    return bytes.clone();
  }

  /// How many bytes it has.
  public int size() {
    return bytes.length;
  }

  /// Its outermost layer of a type; empty where it has none.
  public <T extends Layer> Optional<T> find(Class<T> type) {
    return layers.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  /// Its outermost layer of a type.
  ///
  /// @throws IllegalArgumentException where it has none; shows what it has
  public <T extends Layer> T get(Class<T> type) {
    return find(type)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "the packet has no " + type.getSimpleName() + ":\n" + this));
  }

  /// The packet as the input of a run.
  public RunInput input() {
    return RunInput.packet(bytes);
  }

  /// The same with another layer in the place of the outermost one of its type. All checksums are
  /// worked out again; in a fragment, that of its IP header alone.
  ///
  /// @throws IllegalArgumentException where it has none of its type
  public Packet with(Layer other) {
    get(other.getClass());
    var changed = new ArrayList<>(layers);
    for (int i = 0; i < changed.size(); i++) {
      if (changed.get(i).getClass() == other.getClass()) {
        changed.set(i, other);
        break;
      }
    }
    return of(unsummed(changed));
  }

  /// The same layers, with checksums that are to be worked out: in a fragment that of its IP header
  /// alone, as the others are over the whole packet.
  private static List<Layer> unsummed(List<Layer> layers) {
    var fragment = layers.stream().anyMatch(Packet::isOfFragment);
    return layers.stream()
        .map(layer -> fragment && !(layer instanceof Ipv4) ? layer : unsummed(layer))
        .toList();
  }

  private static boolean isOfFragment(Layer layer) {
    return switch (layer) {
      case Ipv4 ip -> ip.fragmentOffset() > 0 || (ip.flags() & Ipv4.MORE_FRAGMENTS) != 0;
      case Ipv6Fragment fragment -> fragment.offset() > 0 || fragment.more();
      case Layer _ -> false;
    };
  }

  private static Layer unsummed(Layer layer) {
    return switch (layer) {
      case Ipv4 ip -> ip.withChecksum(Layer.AUTO);
      case Tcp tcp -> tcp.withChecksum(Layer.AUTO);
      case Udp udp -> udp.withChecksum(Layer.AUTO);
      case Icmp icmp -> icmp.withChecksum(Layer.AUTO);
      case Icmpv6 icmp -> icmp.withChecksum(Layer.AUTO);
      case Layer other -> other;
    };
  }

  /// Which checksums are wrong, a line for each: `udp.checksum: expected 0x1a2b but was 0x0000`.
  /// Those of fragments are not looked at but for that of their IP header, and neither is one of
  /// UDP that says that there is none.
  public List<String> wrongChecksums() {
    var right = new ArrayList<>(new Encoder(unsummed(layers)).layers());
    for (int i = 0; i < right.size(); i++) {
      if (layers.get(i) instanceof Udp udp && udp.checksum() == 0 && find(Ipv4.class).isPresent()) {
        right.set(i, udp);
      }
    }
    return PacketText.differences(right, layers);
  }

  /// The fragments that a router or the sender makes of it. One that fits is the only one.
  ///
  /// @param mtu how many bytes of IP a fragment may have
  /// @throws IllegalArgumentException where the packet has no header of IP, or the header does not
  ///   leave room for 8 bytes
  public List<Packet> fragments(int mtu) {
    return Fragments.of(this, mtu);
  }

  /// Where another packet differs from this one, which is what was expected: a line for each field.
  /// Empty where they are the same.
  public List<String> differences(Packet actual) {
    if (equals(actual)) {
      return List.of();
    }
    var found = PacketText.differences(layers, actual.layers);
    return found.isEmpty()
        ? List.of(
            "byte "
                + Arrays.mismatch(bytes, actual.bytes)
                + ", in a field that no layer shows, or behind the end of the other")
        : found;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Packet that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// Its layers, a line for each, and its bytes.
  @Override
  public String toString() {
    var out = new StringBuilder();
    layers.forEach(layer -> out.append(PacketText.line(layer)).append('\n'));
    return out.append(PacketText.dump(bytes)).toString();
  }
}
