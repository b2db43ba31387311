package org.ebpf4j.linux.internal.release;

import java.util.Arrays;
import java.util.function.Supplier;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.linux.internal.netlink.NetlinkRefusal;
import org.ebpf4j.linux.internal.netlink.NetlinkSocket;
import org.ebpf4j.linux.internal.netlink.NetworkNamespace;
import org.ebpf4j.linux.internal.netlink.Routes;
import org.ebpf4j.linux.internal.netlink.TrafficControl;
import org.ebpf4j.linux.internal.netlink.XdpRequests;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.reference.NetworkPlace;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.linux.reference.ReleaseAction;

/// Takes programs off hooks of network devices and namespaces.
final class NetworkReleasing {
  private static final String WHAT = "releasing it";

  // XDP_FLAGS_*_MODE
  private static final int GENERIC = 1 << 1;
  private static final int DRIVER = 1 << 2;
  private static final int HARDWARE = 1 << 3;

  private NetworkReleasing() {}

  static void detach(ObjectKey object, Reference.Xdp hook) {
    var action = new ReleaseAction.DetachXdp(hook);
    var flag =
        switch (hook.mode()) {
          case "generic" -> GENERIC;
          case "hardware" -> HARDWARE;
          default -> DRIVER;
        };
    in(
        hook.place(),
        action,
        () -> {
          try (var socket = NetlinkSocket.open();
              var program = Releasing.program(object)) {
            // The kernel does it only where this program is on the device.
            var reply =
                new XdpRequests(socket)
                    .replace(hook.place().index(), XdpRequests.NONE, program.number(), flag);
            if (!reply.ok()) {
              throw NetlinkRefusal.of(action.text(), "RTM_SETLINK", reply);
            }
            return true;
          }
        });
  }

  static void remove(ObjectKey object, Reference.Filter filter) {
    var action = new ReleaseAction.RemoveFilter(filter);
    in(
        filter.place(),
        action,
        () -> {
          try (var socket = NetlinkSocket.open()) {
            var control = new TrafficControl(socket);
            for (var discipline : control.disciplines()) {
              for (int parent : discipline.parents()) {
                if (discipline.device() == filter.place().index()
                    && TrafficControl.parentLabel(parent).equals(filter.parent())) {
                  var reply =
                      control.removeOf(
                          new TrafficControl.Filter(
                              discipline.device(),
                              parent,
                              filter.priority(),
                              filter.handle(),
                              filter.filterKind(),
                              "",
                              object.id()));
                  if (reply.isPresent()) {
                    if (!reply.get().ok()) {
                      throw NetlinkRefusal.of(action.text(), "RTM_DELTFILTER", reply.get());
                    }
                    return true;
                  }
                }
              }
            }
          }
          throw Releasing.changed(action);
        });
  }

  static void detach(ObjectKey object, Reference.NetworkHook hook) {
    var action = new ReleaseAction.DetachNetwork(hook);
    var type = Releasing.attachType(hook.attachType());
    in(
        hook.place(),
        action,
        () -> {
          try (var program = Releasing.program(object)) {
            if (type == AttachType.FLOW_DISSECTOR) {
              detachFlowDissector(program.number(), object, action);
            } else {
              Releasing.check(
                  "PROG_DETACH of " + type.label(),
                  Bpf.progDetach(hook.place().index(), program.number(), type.number()));
            }
            return true;
          }
        });
  }

  /// A route says the name of its program and no number: it is taken for the same where all of it
  /// is.
  static void remove(ReleaseAction.RemoveRoute action) {
    var listed = action.route();
    in(
        listed.place(),
        action,
        () -> {
          try (var socket = NetlinkSocket.open()) {
            var routes = new Routes(socket);
            var place = listed.place();
            for (var route : routes.by(place.index())) {
              for (var at : route.programs().keySet()) {
                if (route.reference(place, at).isSame(listed)) {
                  var reply = routes.remove(route);
                  if (!reply.ok()) {
                    throw NetlinkRefusal.of(action.text(), "RTM_DELROUTE", reply);
                  }
                  return true;
                }
              }
            }
          }
          throw Releasing.changed(action);
        });
  }

  private static void detachFlowDissector(int program, ObjectKey object, ReleaseAction action) {
    try (var own = NetworkNamespace.open(WHAT, Netns.CURRENT)) {
      var type = AttachType.FLOW_DISSECTOR.number();
      var there = LinkCalls.query(own.fd().number(), type, false).programs();
      if (Arrays.stream(there).noneMatch(id -> id == object.id())) {
        throw Releasing.changed(action);
      }
      Releasing.check("PROG_DETACH of flow_dissector", Bpf.progDetach(0, program, type));
    }
  }

  private static void in(NetworkPlace place, ReleaseAction action, Supplier<Boolean> work) {
    try (var namespace = NetworkNamespace.open(WHAT, new Netns(place.path()))) {
      if (namespace.inode() != place.namespace()) {
        throw Releasing.changed(action);
      }
      namespace.call(work);
    }
  }
}
