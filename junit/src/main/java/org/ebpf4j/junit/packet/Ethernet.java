package org.ebpf4j.junit.packet;

/// The header of Ethernet (IEEE 802.3, without a checksum of the frame).
///
/// @param destination whom it is for
/// @param source whom it is from
/// @param type what follows, such as [#IPV4]
public record Ethernet(MacAddress destination, MacAddress source, int type) implements Layer {
  /// @throws IllegalArgumentException for a type that does not fit
  public Ethernet {
    Fields.checkOrAuto("type", type, 0xffff);
  }

  /// IPv4 follows.
  public static final int IPV4 = 0x0800;

  /// ARP follows.
  public static final int ARP = 0x0806;

  /// A VLAN follows (802.1Q).
  public static final int VLAN = 0x8100;

  /// A VLAN with another one in it follows (802.1ad).
  public static final int SERVICE_VLAN = 0x88a8;

  /// IPv6 follows.
  public static final int IPV6 = 0x86dd;

  /// Anything follows that is for experiments: what is written where nothing else is known.
  public static final int EXPERIMENT = 0x88b5;

  /// A header between two local addresses, from `02:00:00:00:00:01` to `02:00:00:00:00:02`.
  public static Ethernet local() {
    return of("02:00:00:00:00:01", "02:00:00:00:00:02");
  }

  /// A header from one address to another.
  ///
  /// @throws IllegalArgumentException for a text that is no address
  public static Ethernet of(String source, String destination) {
    return new Ethernet(MacAddress.of(destination), MacAddress.of(source), AUTO);
  }

  /// The same with another type.
  public Ethernet withType(int other) {
    return new Ethernet(destination, source, other);
  }

  @Override
  public int size() {
    return 14;
  }
}
