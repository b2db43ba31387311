package org.ebpf4j.linux.internal.netlink;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.error.Errno;

/// Queueing disciplines and filters of the network devices of a namespace.
public final class TrafficControl {
  // include/uapi/linux/rtnetlink.h, pkt_sched.h, pkt_cls.h, tc_act/tc_bpf.h
  private static final int RTM_NEWQDISC = 36;
  private static final int RTM_DELQDISC = 37;
  private static final int RTM_GETQDISC = 38;
  private static final int RTM_NEWTFILTER = 44;
  private static final int RTM_DELTFILTER = 45;
  private static final int RTM_GETTFILTER = 46;
  private static final int TCMSG_SIZE = 20;
  private static final int TCA_KIND = 1;
  private static final int TCA_OPTIONS = 2;
  private static final int TCA_CHAIN = 11;
  private static final int TC_H_CLSACT = 0xfffffff1;
  private static final int CLSACT_HANDLE = 0xffff0000;
  private static final int CLSACT_INGRESS = 0xfffffff2;
  private static final int CLSACT_EGRESS = 0xfffffff3;
  private static final int TCA_BPF_FD = 6;
  private static final int TCA_BPF_NAME = 7;
  private static final int TCA_BPF_FLAGS = 8;
  private static final int TCA_BPF_ID = 11;
  private static final int TCA_BPF_FLAG_ACT_DIRECT = 1;
  private static final int TCA_MATCHALL_ACT = 2;
  private static final int TCA_ACT_KIND = 1;
  private static final int TCA_ACT_OPTIONS = 2;
  private static final int TCA_ACT_BPF_PARMS = 2;
  private static final int TCA_ACT_BPF_FD = 5;
  private static final int TCA_ACT_BPF_NAME = 6;
  private static final int TCA_ACT_BPF_ID = 9;

  /// `struct tc_act_bpf`: index, capabilities, action, and two counts.
  private static final int ACTION_SIZE = 20;

  /// Packets of all protocols, in the byte order of the network.
  private static final int ALL_PROTOCOLS =
      ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 0x0300 : 0x0003;

  private final NetlinkSocket socket;

  /// Of the network namespace of that socket.
  public TrafficControl(NetlinkSocket socket) {
    this.socket = socket;
  }

  /// A filter.
  ///
  /// @param device the index of its device
  /// @param parent the queueing discipline or class that it is at
  /// @param priority filters with lower numbers run first
  /// @param handle its number among those with its priority
  /// @param kind `bpf` for one that is a program
  /// @param name the name that it, or its action, was given; often empty
  /// @param program the id of its program, or of that of its action; 0 for none
  public record Filter(
      int device, int parent, int priority, int handle, String kind, String name, int program) {
    /// The same with another name.
    public Filter named(String other) {
      return new Filter(device, parent, priority, handle, kind, other, program);
    }

    /// What it is, for people: `bpf filter 'drop' (priority 10, handle 0x1, program 42)`.
    public String describe() {
      return kind
          + " filter"
          + (name.isEmpty() ? "" : " '" + name + "'")
          + " (priority "
          + priority
          + ", handle 0x"
          + Integer.toHexString(handle)
          + (program == 0 ? "" : ", program " + program)
          + ")";
    }
  }

  /// A queueing discipline.
  ///
  /// @param device the index of its device
  /// @param handle its number
  /// @param kind `clsact`, `fq_codel`
  public record Discipline(int device, int handle, String kind) {
    /// Where filters can be at it: both directions of `clsact`, or itself; nothing for one that
    /// cannot be named.
    public List<Integer> parents() {
      if (handle == 0) {
        return List.of();
      }
      return handle == CLSACT_HANDLE && kind.equals("clsact")
          ? List.of(CLSACT_INGRESS, CLSACT_EGRESS)
          : List.of(handle);
    }
  }

  /// Where filters are, for people: `ingress`, `egress`, or the number of a discipline or class,
  /// `8001:0`.
  public static String parentLabel(int parent) {
    return switch (parent) {
      case CLSACT_INGRESS, CLSACT_HANDLE -> "ingress";
      case CLSACT_EGRESS -> "egress";
      default -> Integer.toHexString(parent >>> 16) + ":" + Integer.toHexString(parent & 0xffff);
    };
  }

  private static NetlinkRequest message(
      int type, int flags, int device, int handle, int parent, int info) {
    return new NetlinkRequest(type, flags)
        .u32(0) // family and padding
        .u32(device)
        .u32(handle)
        .u32(parent)
        .u32(info);
  }

  /// Puts `clsact` onto a device; refused with `EEXIST` where there is one.
  public NetlinkReply makeClsact(int device) {
    return socket.request(newClsact(device));
  }

  private static NetlinkRequest newClsact(int device) {
    return message(
            RTM_NEWQDISC,
            NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE,
            device,
            CLSACT_HANDLE,
            TC_H_CLSACT,
            0)
        .attribute(TCA_KIND, "clsact");
  }

  /// Takes `clsact` from a device, with all filters that it has.
  public NetlinkReply removeClsact(int device) {
    return socket.request(oldClsact(device));
  }

  private static NetlinkRequest oldClsact(int device) {
    return message(RTM_DELQDISC, 0, device, CLSACT_HANDLE, TC_H_CLSACT, 0)
        .attribute(TCA_KIND, "clsact");
  }

  /// All queueing disciplines.
  public List<Discipline> disciplines() {
    var reply = socket.dump(message(RTM_GETQDISC, 0, 0, 0, 0, 0));
    if (!reply.ok()) {
      throw NetlinkRefusal.of("queueing disciplines", "RTM_GETQDISC", reply);
    }
    return reply.messages().stream()
        .filter(m -> m.type() == RTM_NEWQDISC)
        .map(m -> new Discipline(m.i32(4), m.i32(8), m.attributes(TCMSG_SIZE).text(TCA_KIND)))
        .toList();
  }

  /// What a new filter is to be.
  ///
  /// @param device the index of its device
  /// @param parent the queueing discipline or class
  /// @param priority 0 for the kernel's choice
  /// @param handle 0 for the kernel's choice
  /// @param program the descriptor of the program
  /// @param name the name of the filter or of its action
  /// @param directAction whether what the program returns is an action
  /// @param isAction whether the program is an action, for all packets, and not a filter itself
  public record NewFilter(
      int device,
      int parent,
      int priority,
      int handle,
      int program,
      String name,
      boolean directAction,
      boolean isAction) {
    private String kind() {
      return isAction ? "matchall" : "bpf";
    }

    private void options(NetlinkRequest options) {
      if (isAction) {
        options.nested(
            TCA_MATCHALL_ACT,
            actions ->
                actions.nested(
                    1,
                    action ->
                        action
                            .attribute(TCA_ACT_KIND, "bpf")
                            .nested(
                                TCA_ACT_OPTIONS,
                                inner ->
                                    inner
                                        .attribute(TCA_ACT_BPF_PARMS, new byte[ACTION_SIZE])
                                        .attribute(TCA_ACT_BPF_FD, program)
                                        .attribute(TCA_ACT_BPF_NAME, name))));
      } else {
        options
            .attribute(TCA_BPF_FD, program)
            .attribute(TCA_BPF_NAME, name)
            .attribute(TCA_BPF_FLAGS, directAction ? TCA_BPF_FLAG_ACT_DIRECT : 0);
      }
    }
  }

  /// Adds a filter; refused with `EEXIST` where there is one with that handle and priority. The
  /// messages are the new filter as the kernel made it.
  public NetlinkReply add(NewFilter filter) {
    return socket.request(newFilter(filter));
  }

  /// What came of making `clsact` and adding a filter to it: a process that is killed has done both
  /// or neither.
  ///
  /// @param clsact refused with `EEXIST` where there is one; the filter is added all the same
  /// @param filter as [#add] gives it
  public record Both(NetlinkReply clsact, NetlinkReply filter) {}

  /// Puts `clsact` onto a device and a filter onto that.
  public Both addWithClsact(NewFilter filter) {
    var replies = socket.both(newClsact(filter.device), newFilter(filter));
    return new Both(replies.get(0), replies.get(1));
  }

  private static NetlinkRequest newFilter(NewFilter filter) {
    return message(
            RTM_NEWTFILTER,
            NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE | NetlinkRequest.ECHO,
            filter.device,
            filter.handle,
            filter.parent,
            info(filter.priority))
        .attribute(TCA_KIND, filter.kind())
        .nested(TCA_OPTIONS, filter::options);
  }

  /// Puts another program into a filter that is there, which keeps its place.
  public NetlinkReply change(NewFilter filter) {
    return socket.request(
        message(
                RTM_NEWTFILTER,
                NetlinkRequest.REPLACE,
                filter.device,
                filter.handle,
                filter.parent,
                info(filter.priority))
            .attribute(TCA_KIND, filter.kind())
            .nested(TCA_OPTIONS, filter::options));
  }

  private static int info(int priority) {
    return priority << 16 | ALL_PROTOCOLS;
  }

  /// The filters of a reply.
  public static List<Filter> filters(NetlinkReply reply) {
    var found = new ArrayList<Filter>();
    for (var message : reply.messages()) {
      // A message with the handle 0 stands for all filters of a priority.
      if (message.type() == RTM_NEWTFILTER && message.i32(8) != 0) {
        found.add(filter(message));
      }
    }
    return found;
  }

  private static Filter filter(NetlinkMessage message) {
    var attributes = message.attributes(TCMSG_SIZE);
    var kind = attributes.text(TCA_KIND);
    var options = attributes.nested(TCA_OPTIONS);
    var isBpf = kind.equals("bpf");
    var action = options.nested(TCA_MATCHALL_ACT).nested(1).nested(TCA_ACT_OPTIONS);
    var isAction = kind.equals("matchall");
    return new Filter(
        message.i32(4),
        message.i32(12),
        message.i32(16) >>> 16,
        message.i32(8),
        kind,
        isBpf ? options.text(TCA_BPF_NAME) : isAction ? action.text(TCA_ACT_BPF_NAME) : "",
        isBpf ? options.u32(TCA_BPF_ID) : isAction ? action.u32(TCA_ACT_BPF_ID) : 0);
  }

  /// The filters of a device at a queueing discipline or class; none where it is gone.
  public List<Filter> filters(int device, int parent) {
    var reply = socket.dump(message(RTM_GETTFILTER, 0, device, 0, parent, 0));
    if (isGone(reply)) {
      return List.of();
    }
    if (!reply.ok()) {
      throw NetlinkRefusal.of("filters of device " + device, "RTM_GETTFILTER", reply);
    }
    return filters(reply);
  }

  /// A filter as it is now; empty where it is gone.
  public Optional<Filter> find(Filter filter) {
    var reply =
        socket.request(
            message(
                    RTM_GETTFILTER,
                    0,
                    filter.device,
                    filter.handle,
                    filter.parent,
                    info(filter.priority))
                .attribute(TCA_KIND, filter.kind));
    if (isGone(reply)) {
      return Optional.empty();
    }
    if (!reply.ok()) {
      throw NetlinkRefusal.of(filter.describe(), "RTM_GETTFILTER", reply);
    }
    return filters(reply).stream().findFirst();
  }

  /// Removes a filter.
  public NetlinkReply remove(Filter filter) {
    return socket.request(oldFilter(filter));
  }

  /// Removes a filter of any protocol and chain that has the program which it is said to have;
  /// empty where there is none such.
  public Optional<NetlinkReply> removeOf(Filter filter) {
    var there = socket.dump(message(RTM_GETTFILTER, 0, filter.device, 0, filter.parent, 0));
    return there.messages().stream()
        .filter(m -> m.type() == RTM_NEWTFILTER && m.i32(8) != 0)
        .filter(m -> filter(m).named(filter.name).equals(filter))
        .findFirst()
        .map(m -> {
          var request =
              message(RTM_DELTFILTER, 0, filter.device, filter.handle, filter.parent, m.i32(16));
          request.attribute(TCA_KIND, filter.kind);
          var chain = m.attributes(TCMSG_SIZE);
          if (chain.has(TCA_CHAIN)) {
            request.attribute(TCA_CHAIN, chain.u32(TCA_CHAIN));
          }
          return socket.request(request);
        });
  }

  /// Removes a filter and then `clsact`, with whatever it has: a process that is killed has done
  /// both or neither.
  public Both removeWithClsact(Filter filter) {
    var replies = socket.both(oldFilter(filter), oldClsact(filter.device));
    return new Both(replies.get(1), replies.get(0));
  }

  private static NetlinkRequest oldFilter(Filter filter) {
    return message(
            RTM_DELTFILTER, 0, filter.device, filter.handle, filter.parent, info(filter.priority))
        .attribute(TCA_KIND, filter.kind);
  }

  /// Whether what a request was about is not there: the filter, what it was at, or the device.
  public static boolean isGone(NetlinkReply reply) {
    return reply.errno() == Errno.ENOENT
        || reply.errno() == Errno.ENODEV
        || reply.errno() == Errno.EINVAL;
  }
}
