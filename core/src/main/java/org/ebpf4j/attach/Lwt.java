package org.ebpf4j.attach;

import java.util.List;

/// The packets of a route, which is made for the program and goes with it. The type of the program
/// says which packets: those that arrive by the route (`lwt_in`), those that are sent by it
/// (`lwt_out`), the same once they are ready to leave (`lwt_xmit`), or those that arrive with a
/// segment of IPv6 segment routing for it (`lwt_seg6local`, with a prefix of IPv6).
///
/// The kernel has no link for a route: it stays when the process is killed. The next process that
/// attaches such a program to a route by the same device through this library removes it. As long
/// as the program is attached, its network namespace lives.
///
/// @param prefix where the packets go to: an address and a length, such as `10.1.0.0/24` or
///   `2001:db8::/64`
/// @param device the name of the device that they leave by, in `netns`
/// @param gateway the address of the next machine on their way; empty where there is none
/// @param table the routing table; 254 is the main one
/// @param metric among routes to the same prefix the lowest wins; 0 for the kernel's choice
/// @param headroom how many bytes an `lwt_xmit` program may put in front of a packet; at most 256
/// @param netns the network namespace of the route
public record Lwt(
    String prefix,
    String device,
    String gateway,
    long table,
    long metric,
    int headroom,
    Netns netns)
    implements AttachPoint {
  /// The table that is used for all packets that nothing else is said of.
  public static final int MAIN_TABLE = 254;

  private static final int MAX_HEADROOM = 256;
  private static final String FORM =
      "lwt is the prefix of a route and its device, as in 10.1.0.0/24,dev=veth0";

  static final List<HookOption> OPTIONS =
      List.of(
          HookOption.value("dev", "DEVICE", "the device that packets leave by"),
          HookOption.value("via", "ADDRESS", "the next machine on the way"),
          HookOption.value("table", "N", "the routing table; usually 254, the main one"),
          HookOption.value("metric", "N", "the lowest of several routes wins"),
          HookOption.value("headroom", "BYTES", "room in front of packets, for lwt_xmit"),
          Netns.option());

  /// @throws IllegalArgumentException for a prefix of another form, no device, or numbers out of
  ///   their range
  public Lwt {
    if (!prefix.matches("[0-9a-fA-F.:]+/[0-9]{1,3}") || device.isEmpty()) {
      throw new IllegalArgumentException(
          FORM + "; not '" + prefix + (device.isEmpty() ? "" : ",dev=" + device) + "'");
    }
    if (!gateway.matches("[0-9a-fA-F.:]*")) {
      throw new IllegalArgumentException("a gateway is an IP address; not '" + gateway + "'");
    }
    if (table < 1 || table > 0xffffffffL || metric < 0 || metric > 0xffffffffL) {
      throw new IllegalArgumentException("a table is 1 to 4294967295, and a metric up to that");
    }
    if (headroom < 0 || headroom > MAX_HEADROOM) {
      throw new IllegalArgumentException("the headroom is up to 256 bytes; not " + headroom);
    }
  }

  /// A route by a device, in the main table.
  public static Lwt on(String prefix, String device) {
    return new Lwt(prefix, device, "", MAIN_TABLE, 0, 0, Netns.CURRENT);
  }

  /// The same, by way of another machine.
  public Lwt via(String address) {
    return new Lwt(prefix, device, address, table, metric, headroom, netns);
  }

  /// The same, in a routing table.
  public Lwt inTable(long number) {
    return new Lwt(prefix, device, gateway, number, metric, headroom, netns);
  }

  /// The same, with a metric.
  public Lwt withMetric(long number) {
    return new Lwt(prefix, device, gateway, table, number, headroom, netns);
  }

  /// The same, with room in front of packets.
  public Lwt withHeadroom(int bytes) {
    return new Lwt(prefix, device, gateway, table, metric, bytes, netns);
  }

  /// The same, in a network namespace.
  public Lwt in(Netns namespace) {
    return new Lwt(prefix, device, gateway, table, metric, headroom, namespace);
  }

  /// Reads a prefix.
  ///
  /// @throws IllegalArgumentException for another form
  public static Lwt parse(String prefix, PlaceOptions options) {
    return new Lwt(
        prefix,
        options.text("dev").orElse(""),
        options.text("via").orElse(""),
        options.number("table", MAIN_TABLE),
        options.number("metric", 0),
        options.id("headroom", 0),
        Netns.of(options));
  }

  @Override
  public String kind() {
    return "lwt";
  }

  @Override
  public String place() {
    return prefix
        + ",dev="
        + PlaceText.name(device)
        + PlaceText.value("via", gateway)
        + PlaceText.value("table", table == MAIN_TABLE ? 0 : table)
        + PlaceText.value("metric", metric)
        + PlaceText.value("headroom", headroom)
        + netns.optionText();
  }

  @Override
  public String describe() {
    return "the route to " + prefix + " by " + device + netns.inWords();
  }
}
