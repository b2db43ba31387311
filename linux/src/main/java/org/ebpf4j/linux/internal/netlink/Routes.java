package org.ebpf4j.linux.internal.netlink;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.reference.NetworkPlace;
import org.ebpf4j.linux.reference.Reference;
import org.jspecify.annotations.Nullable;

/// Routes that have programs.
public final class Routes {
  // include/uapi/linux/rtnetlink.h, lwtunnel.h, bpf.h, seg6_local.h
  private static final int RTM_NEWROUTE = 24;
  private static final int RTM_DELROUTE = 25;
  private static final int RTM_GETROUTE = 26;
  private static final int RTMSG_SIZE = 12;
  private static final int RTPROT_STATIC = 4;
  private static final int RT_SCOPE_UNIVERSE = 0;
  private static final int RT_SCOPE_LINK = 253;
  private static final int RTN_UNICAST = 1;
  private static final int RT_TABLE_UNSPEC = 0;
  private static final int RTA_DST = 1;
  private static final int RTA_OIF = 4;
  private static final int RTA_GATEWAY = 5;
  private static final int RTA_PRIORITY = 6;
  private static final int RTA_TABLE = 15;
  private static final int RTA_ENCAP_TYPE = 21;
  private static final int RTA_ENCAP = 22;
  private static final int LWTUNNEL_ENCAP_BPF = 6;
  private static final int LWTUNNEL_ENCAP_SEG6_LOCAL = 7;
  private static final int LWT_BPF_XMIT_HEADROOM = 4;
  private static final int PROGRAM_FD = 1;
  private static final int PROGRAM_NAME = 2;
  private static final int SEG6_LOCAL_ACTION = 1;
  private static final int SEG6_LOCAL_BPF = 8;
  private static final int SEG6_LOCAL_ACTION_END_BPF = 15;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;

  /// The places that are an attribute each, `LWT_BPF_IN` to `LWT_BPF_XMIT`.
  private static final List<Place> PLACES = List.of(Place.IN, Place.OUT, Place.XMIT);

  private final NetlinkSocket socket;

  /// Of the network namespace of that socket.
  public Routes(NetlinkSocket socket) {
    this.socket = socket;
  }

  /// Where on a route a program is.
  public enum Place {
    IN(1, ProgramType.LWT_IN),
    OUT(2, ProgramType.LWT_OUT),
    XMIT(3, ProgramType.LWT_XMIT),
    SEG6_LOCAL(0, ProgramType.LWT_SEG6LOCAL);

    private final int attribute;
    private final ProgramType type;

    Place(int attribute, ProgramType type) {
      this.attribute = attribute;
      this.type = type;
    }

    /// The type of programs there; the kernel takes no other.
    public ProgramType type() {
      return type;
    }
  }

  /// What a new route is to be.
  ///
  /// @param destination where packets go to
  /// @param length the length of the prefix in bits
  /// @param gateway the next machine; null for none
  /// @param metric 0 for the kernel's choice
  /// @param program the descriptor of the program
  /// @param name the name that the program is given there
  public record NewRoute(
      InetAddress destination,
      int length,
      int device,
      @Nullable InetAddress gateway,
      int table,
      int metric,
      Place place,
      int program,
      String name,
      int headroom) {

    /// The same with another program.
    public NewRoute with(int other, String otherName) {
      return new NewRoute(
          destination, length, device, gateway, table, metric, place, other, otherName, headroom);
    }

    private void encapsulation(NetlinkRequest request) {
      if (place == Place.SEG6_LOCAL) {
        request
            .attribute(SEG6_LOCAL_ACTION, SEG6_LOCAL_ACTION_END_BPF)
            .nested(SEG6_LOCAL_BPF, this::program);
        return;
      }
      request.nested(place.attribute, this::program);
      if (headroom > 0) {
        request.attribute(LWT_BPF_XMIT_HEADROOM, headroom);
      }
    }

    private void program(NetlinkRequest request) {
      request.attribute(PROGRAM_FD, program).attribute(PROGRAM_NAME, name);
    }
  }

  /// A route that has a program.
  ///
  /// @param family of addresses, `AF_*`
  /// @param destination the bytes of the address; none for the default route
  /// @param programs the names of the programs there, by where on the route they are
  @SuppressWarnings("ArrayRecordComponent") // Passed on once, never compared.
  public record Route(
      int family,
      byte[] destination,
      int length,
      int device,
      byte[] gateway,
      int table,
      int metric,
      int protocol,
      Map<Place, String> programs) {
    /// The name of the program; of the first where there are several.
    public String name() {
      return programs.values().stream().findFirst().orElse("");
    }

    /// The reference that it holds to a program.
    ///
    /// @param at where on the route
    public Reference.Route reference(NetworkPlace device, Place at) {
      return new Reference.Route(
          device,
          prefix(),
          gateway.length == 0 ? "" : text(gateway),
          Integer.toUnsignedLong(table),
          Integer.toUnsignedLong(metric),
          at.type().label(),
          programs.getOrDefault(at, ""),
          false);
    }

    /// Where packets go to, such as `10.1.0.0/24`.
    public String prefix() {
      var bytes = destination.length == 0 ? new byte[family == AF_INET ? 4 : 16] : destination;
      return text(bytes) + "/" + length;
    }

    private static String text(byte[] address) {
      try {
        return InetAddress.getByAddress(address).getHostAddress();
      } catch (UnknownHostException e) {
        throw new IllegalStateException(e); // The kernel gives addresses of these lengths only.
      }
    }

    /// What it is, for people.
    public String describe() {
      return "a route with program '" + name() + "' in table " + Integer.toUnsignedString(table);
    }
  }

  private static NetlinkRequest message(
      int type, int flags, int family, int length, int protocol, int scope) {
    return new NetlinkRequest(type, flags)
        .u8(family)
        .u8(length)
        .u8(0) // length of the source
        .u8(0) // type of service
        .u8(RT_TABLE_UNSPEC) // The table is an attribute.
        .u8(protocol)
        .u8(scope)
        .u8(RTN_UNICAST)
        .u32(0);
  }

  private static int family(InetAddress address) {
    return address.getAddress().length == 4 ? AF_INET : AF_INET6;
  }

  /// Makes a route; refused with `EEXIST` where there is one to the same prefix with that metric.
  public NetlinkReply add(NewRoute route) {
    return set(route, NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE);
  }

  /// Puts a route into the place of the one to the same prefix with the same metric.
  public NetlinkReply change(NewRoute route) {
    return set(route, NetlinkRequest.REPLACE);
  }

  private NetlinkReply set(NewRoute route, int flags) {
    var isDirect = route.gateway == null && family(route.destination) == AF_INET;
    var request =
        message(
                RTM_NEWROUTE,
                flags,
                family(route.destination),
                route.length,
                RTPROT_STATIC,
                isDirect ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE)
            .attribute(RTA_DST, route.destination.getAddress())
            .attribute(RTA_OIF, route.device)
            .attribute(RTA_TABLE, route.table);
    if (route.gateway != null) {
      request.attribute(RTA_GATEWAY, route.gateway.getAddress());
    }
    if (route.metric != 0) {
      request.attribute(RTA_PRIORITY, route.metric);
    }
    return socket.request(
        request
            .shortAttribute(
                RTA_ENCAP_TYPE,
                route.place == Place.SEG6_LOCAL ? LWTUNNEL_ENCAP_SEG6_LOCAL : LWTUNNEL_ENCAP_BPF)
            .nested(RTA_ENCAP, route::encapsulation));
  }

  /// The routes by a device that have programs.
  public List<Route> by(int device) {
    var routes = new ArrayList<Route>();
    for (var family : List.of(AF_INET, AF_INET6)) {
      var reply =
          socket.dump(
              new NetlinkRequest(RTM_GETROUTE, 0)
                  .u8(family)
                  .u8(0)
                  .u16(0)
                  .u32(0)
                  .u32(0)
                  .attribute(RTA_OIF, device));
      if (reply.errno() == Errno.EOPNOTSUPP || reply.errno() == Errno.ENODEV) {
        continue; // Without IPv6, or without the device.
      }
      if (!reply.ok()) {
        throw NetlinkRefusal.of("routes", "RTM_GETROUTE", reply);
      }
      reply.messages().stream()
          .filter(m -> m.type() == RTM_NEWROUTE)
          .map(Routes::route)
          // Kernels before 4.20 list all.
          .filter(r -> r.device == device && !r.programs.isEmpty())
          .forEach(routes::add);
    }
    return routes;
  }

  private static Route route(NetlinkMessage message) {
    var attributes = message.attributes(RTMSG_SIZE);
    return new Route(
        message.u8(0),
        attributes.bytes(RTA_DST),
        message.u8(1),
        attributes.u32(RTA_OIF),
        attributes.bytes(RTA_GATEWAY),
        attributes.has(RTA_TABLE) ? attributes.u32(RTA_TABLE) : message.u8(4),
        attributes.u32(RTA_PRIORITY),
        message.u8(5),
        programs(attributes));
  }

  private static Map<Place, String> programs(Attributes attributes) {
    var encapsulation = attributes.nested(RTA_ENCAP);
    var programs = new EnumMap<Place, String>(Place.class);
    switch (attributes.u16(RTA_ENCAP_TYPE)) {
      case LWTUNNEL_ENCAP_SEG6_LOCAL ->
          put(programs, Place.SEG6_LOCAL, encapsulation.nested(SEG6_LOCAL_BPF));
      case LWTUNNEL_ENCAP_BPF -> {
        for (var place : PLACES) {
          put(programs, place, encapsulation.nested(place.attribute));
        }
      }
      default -> {
        // Another encapsulation, or none.
      }
    }
    return Collections.unmodifiableMap(programs);
  }

  private static void put(Map<Place, String> programs, Place place, Attributes program) {
    var name = program.text(PROGRAM_NAME);
    if (!name.isEmpty()) {
      programs.put(place, name);
    }
  }

  /// Removes a route.
  public NetlinkReply remove(Route route) {
    var request =
        message(
                RTM_DELROUTE,
                0,
                route.family,
                route.length,
                route.protocol,
                255) // RT_SCOPE_NOWHERE
            .attribute(RTA_OIF, route.device)
            .attribute(RTA_TABLE, route.table);
    if (route.destination.length > 0) {
      request.attribute(RTA_DST, route.destination);
    }
    if (route.gateway.length > 0) {
      request.attribute(RTA_GATEWAY, route.gateway);
    }
    if (route.metric != 0) {
      request.attribute(RTA_PRIORITY, route.metric);
    }
    return socket.request(request);
  }
}
