package org.ebpf4j.linux.internal.network;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.ebpf4j.attach.Lwt;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.attachment.HeldProgram;
import org.ebpf4j.linux.internal.attachment.LinkChange;
import org.ebpf4j.linux.internal.host.NetworkDevices;
import org.ebpf4j.linux.internal.host.OwnerNote;
import org.ebpf4j.linux.internal.netlink.NetlinkRefusal;
import org.ebpf4j.linux.internal.netlink.NetlinkReply;
import org.ebpf4j.linux.internal.netlink.NetlinkSocket;
import org.ebpf4j.linux.internal.netlink.NetworkNamespace;
import org.ebpf4j.linux.internal.netlink.Routes;
import org.ebpf4j.linux.internal.netlink.Routes.NewRoute;
import org.ebpf4j.linux.internal.netlink.Routes.Place;
import org.ebpf4j.linux.internal.netlink.Routes.Route;
import org.ebpf4j.linux.internal.query.ObjectInfo;

/// Routes with a program: a route that is made for it. The name of the program there has a note of
/// the process that made it, so that the route can be taken away when that is gone.
public final class LwtHook {
  private static final int ENETDOWN = 100;

  /// A number for each route of this process, as a program may be on several.
  private static final AtomicLong COUNT = new AtomicLong();

  /// The route as it is now; the attachment that has it guards it.
  private static final class Current {
    private NewRoute route;

    Current(NewRoute route) {
      this.route = route;
    }
  }

  private LwtHook() {}

  public static Attachment attach(Attaching program, Lwt point) {
    return NetworkNamespace.in(
        program.what(),
        point.netns(),
        () -> {
          var index = NetworkDevices.index(point.device(), point.netns());
          var socket = NetlinkSocket.open();
          var held = HeldProgram.of(program.program(), socket.fd());
          try {
            return attach(program, point, index, socket, held);
          } catch (RuntimeException | Error e) {
            held.close();
            socket.close();
            throw e;
          }
        });
  }

  private static Attachment attach(
      Attaching program, Lwt point, int index, NetlinkSocket socket, HeldProgram held) {
    var routes = new Routes(socket);
    Leftovers.removeRoutes(program, routes, index);
    var slash = point.prefix().indexOf('/');
    var destination = address(program, point.prefix().substring(0, slash));
    var length = Integer.parseInt(point.prefix().substring(slash + 1));
    var route =
        new NewRoute(
            destination,
            length,
            index,
            point.gateway().isEmpty() ? null : address(program, point.gateway()),
            (int) point.table(),
            (int) point.metric(),
            place(program.type().orElse(ProgramType.LWT_XMIT)),
            program.program(),
            name(program.program()),
            point.headroom());
    var reply = routes.add(route);
    if (!reply.ok()) {
      throw refusal(program, point, reply, routes.by(index));
    }
    program.step("RTM_NEWROUTE to " + point.prefix() + " by " + point.device());
    var current = new Current(route);
    return Attachment.ofHook(
            List.of(socket.fd()),
            held,
            () ->
                routes.by(index).stream()
                    .filter(r -> r.name().equals(current.route.name()))
                    .forEach(r -> remove(program.what(), routes, r)),
            (next, expected) -> {
              if (expected != 0) {
                throw LinkChange.noExpectation(program.what(), "a route");
              }
              held.become(next, () -> change(program, point, routes, current, next, name(next)));
            })
        .asking(
            () -> routes.by(index).stream().anyMatch(r -> r.name().equals(current.route.name())))
        .leaving(() -> {
          // Without the note nobody takes it for what a process that is gone left.
          var plain = OwnerNote.without(current.route.name());
          change(program, point, routes, current, held.number(), plain);
        });
  }

  /// The kernel tells programs of routes by their names, so each has one of its own.
  private static String name(int program) {
    return ObjectInfo.program(program).name()
        + "@"
        + OwnerNote.own()
        + "#"
        + COUNT.incrementAndGet();
  }

  private static void change(
      Attaching program, Lwt point, Routes routes, Current current, int next, String name) {
    var route = current.route.with(next, name);
    var changed = routes.change(route);
    if (!changed.ok()) {
      throw refusal(program, point, changed, List.of());
    }
    current.route = route;
  }

  private static InetAddress address(Attaching program, String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new BpfException(
          program.what()
              + ": '"
              + text
              + "' is no IP address\n  try: one such as 10.1.0.0/16 or fd00::/64",
          e);
    }
  }

  private static Place place(ProgramType type) {
    return switch (type) {
      case LWT_IN -> Place.IN;
      case LWT_OUT -> Place.OUT;
      case LWT_SEG6LOCAL -> Place.SEG6_LOCAL;
      default -> Place.XMIT;
    };
  }

  static void remove(String what, Routes routes, Route route) {
    var reply = routes.remove(route);
    if (!reply.ok() && reply.errno() != Errno.ESRCH && reply.errno() != Errno.ENODEV) {
      throw NetlinkRefusal.of(what, "RTM_DELROUTE", reply);
    }
  }

  private static KernelException refusal(
      Attaching program, Lwt point, NetlinkReply reply, List<Route> there) {
    return NetlinkRefusal.of(
        program.what(),
        "RTM_NEWROUTE",
        reply,
        switch (reply.errno()) {
          case Errno.EEXIST ->
              "there is a route to "
                  + point.prefix()
                  + " with this metric in table "
                  + point.table()
                  + there.stream()
                      .filter(r -> Integer.toUnsignedLong(r.table()) == point.table())
                      .map(r -> ", by " + point.device() + " " + r.describe())
                      .collect(Collectors.joining())
                  + "\n  try: another metric or table";
          case Errno.EOPNOTSUPP ->
              "the kernel has no such programs on routes (built without CONFIG_LWTUNNEL_BPF, or"
                  + " CONFIG_IPV6_SEG6_BPF)\n  try: tc:DEVICE,egress";
          case ENETDOWN ->
              point.device() + " is down\n  try: ip link set " + point.device() + " up";
          default -> "";
        });
  }
}
