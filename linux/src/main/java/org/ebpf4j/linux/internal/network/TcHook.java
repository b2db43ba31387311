package org.ebpf4j.linux.internal.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.attachment.HeldProgram;
import org.ebpf4j.linux.internal.attachment.LinkChange;
import org.ebpf4j.linux.internal.attachment.Occupant;
import org.ebpf4j.linux.internal.host.NetworkDevices;
import org.ebpf4j.linux.internal.host.OwnerNote;
import org.ebpf4j.linux.internal.netlink.NetlinkRefusal;
import org.ebpf4j.linux.internal.netlink.NetlinkReply;
import org.ebpf4j.linux.internal.netlink.NetlinkSocket;
import org.ebpf4j.linux.internal.netlink.NetworkNamespace;
import org.ebpf4j.linux.internal.netlink.TrafficControl;
import org.ebpf4j.linux.internal.netlink.TrafficControl.Filter;
import org.ebpf4j.linux.internal.netlink.TrafficControl.NewFilter;
import org.ebpf4j.linux.internal.query.ObjectInfo;

/// Filters of traffic control. The name of each has a note of the process that made it, and whether
/// `clsact` was made for it, so that both can be taken away when the process is gone.
public final class TcHook {
  /// Behind the note, where `clsact` is one that this library made.
  private static final String MADE_CLSACT = "+clsact";

  /// How often a filter is added again where another process took `clsact` away in between.
  private static final int ATTEMPTS = 10;

  /// Between looking what is at `clsact` and adding to it or taking it away, no other thread of
  /// this process does either.
  private static final ReentrantLock LOCK = new ReentrantLock();

  /// A number for each filter of this process, as a program may be several.
  private static final AtomicLong COUNT = new AtomicLong();

  private final Attaching program;
  private final Tc point;
  private final NetlinkSocket socket;
  private final HeldProgram held;
  private final TrafficControl control;

  private TcHook(Attaching program, Tc point, NetlinkSocket socket, HeldProgram held) {
    this.program = program;
    this.point = point;
    this.socket = socket;
    this.held = held;
    this.control = new TrafficControl(socket);
  }

  public static Attachment attach(Attaching program, Tc point) {
    return NetworkNamespace.in(
        program.what(),
        point.netns(),
        () -> {
          var index = NetworkDevices.index(point.device(), point.netns());
          var socket = NetlinkSocket.open();
          var held = HeldProgram.of(program.program(), socket.fd());
          LOCK.lock();
          try {
            Leftovers.removeFilters(program, socket, index);
            return new TcHook(program, point, socket, held).attach(index);
          } catch (RuntimeException | Error e) {
            held.close();
            socket.close();
            throw e;
          } finally {
            LOCK.unlock();
          }
        });
  }

  private Attachment attach(int index) {
    var note =
        ObjectInfo.program(program.program()).name()
            + "@"
            + OwnerNote.own()
            + "#"
            + COUNT.incrementAndGet();
    for (int i = 1; ; i++) {
      if (point.isClsact() && !hasClsact(index)) {
        var added = addWithClsact(index, note + MADE_CLSACT);
        if (added.isPresent()) {
          return added.get();
        }
      } else {
        var isOwn = point.isClsact() && all(index).stream().anyMatch(TcHook::hasMadeClsact);
        var name = isOwn ? note + MADE_CLSACT : note;
        var reply = control.add(wanted(index, name));
        if (reply.ok()) {
          return added(index, reply, name);
        }
        // Another process may have taken away what was there a moment ago.
        var isLost = point.isClsact() && TrafficControl.isGone(reply) && !hasClsact(index);
        if (!isLost || i == ATTEMPTS) {
          throw refusal(index, reply);
        }
      }
      if (i == ATTEMPTS) {
        throw new BpfException(
            program.what() + ": clsact of " + point.device() + " comes and goes all the time");
      }
    }
  }

  private NewFilter wanted(int index, String name) {
    return new NewFilter(
        index,
        point.parent(),
        point.priority(),
        point.handle(),
        program.program(),
        name,
        point.directAction(),
        isAction());
  }

  /// Makes `clsact` and adds the filter; empty where somebody else made it a moment before.
  private Optional<Attachment> addWithClsact(int index, String name) {
    var both = control.addWithClsact(wanted(index, name));
    if (both.clsact().ok()) {
      program.step("RTM_NEWQDISC clsact on " + point.device() + " (index " + index + ")");
      if (both.filter().ok()) {
        return Optional.of(added(index, both.filter(), name));
      }
      removeEmptyClsact(index);
      throw refusal(index, both.filter());
    }
    if (both.filter().ok()) {
      // The filter says that this library made clsact, and it did not.
      var filter = filter(index, both.filter(), name);
      var removed = control.remove(filter);
      if (!removed.ok() && !TrafficControl.isGone(removed)) {
        throw NetlinkRefusal.of(program.what(), "RTM_DELTFILTER", removed);
      }
    }
    if (both.clsact().errno() != Errno.EEXIST) {
      throw NetlinkRefusal.of(program.what(), "RTM_NEWQDISC", both.clsact());
    }
    return Optional.empty();
  }

  private boolean isAction() {
    return program.type().equals(Optional.of(ProgramType.SCHED_ACT));
  }

  private Filter filter(int index, NetlinkReply reply, String name) {
    return TrafficControl.filters(reply).stream()
        .findFirst()
        .or(() ->
            control.filters(index, point.parent()).stream()
                .filter(f -> f.name().equals(name))
                .findFirst())
        .orElseThrow(() ->
            new KernelException(
                "RTM_NEWTFILTER",
                0,
                program.what() + ": RTM_NEWTFILTER: the kernel does not say which it made"));
  }

  private Attachment added(int index, NetlinkReply reply, String name) {
    var made = filter(index, reply, name);
    program.step(
        "RTM_NEWTFILTER on " + point.device() + " (index " + index + "): " + made.describe());
    var current = new Filter[] {made};
    return Attachment.ofHook(
            List.of(socket.fd()),
            held,
            () -> remove(current[0]),
            (next, expected) -> {
              if (expected != 0) {
                throw LinkChange.noExpectation(program.what(), "a filter of traffic control");
              }
              held.become(next, () -> change(current[0], next, current[0].name()));
            })
        .asking(() -> isThere(current[0]))
        .leaving(() -> {
          // Without the note nobody takes it for what a process that is gone left.
          var plain = OwnerNote.without(current[0].name());
          change(current[0], held.number(), plain);
          current[0] = current[0].named(plain);
        });
  }

  /// Puts another program into the filter, if it is still ours.
  private void change(Filter filter, int next, String name) {
    LOCK.lock();
    try {
      if (!isThere(filter)) {
        throw new BpfException(
            program.what() + ": " + filter.describe() + " is not there any more");
      }
      var reply =
          control.change(
              new NewFilter(
                  filter.device(),
                  filter.parent(),
                  filter.priority(),
                  filter.handle(),
                  next,
                  name,
                  point.directAction(),
                  isAction()));
      if (!reply.ok()) {
        throw NetlinkRefusal.of(program.what(), "RTM_NEWTFILTER", reply);
      }
    } finally {
      LOCK.unlock();
    }
  }

  private boolean isThere(Filter filter) {
    return control.find(filter).filter(f -> f.name().equals(filter.name())).isPresent();
  }

  static boolean hasMadeClsact(Filter filter) {
    return filter.name().endsWith(MADE_CLSACT) && OwnerNote.in(filter.name()).isPresent();
  }

  private boolean hasClsact(int index) {
    return control.disciplines().stream()
        .anyMatch(d -> d.device() == index && d.kind().equals("clsact"));
  }

  private List<Filter> all(int index) {
    return all(control, index);
  }

  private static List<Filter> all(TrafficControl control, int index) {
    var all = new ArrayList<>(control.filters(index, Tc.INGRESS));
    all.addAll(control.filters(index, Tc.EGRESS));
    return all;
  }

  private void remove(Filter filter) {
    LOCK.lock();
    try {
      remove(program.what(), control, filter);
    } finally {
      LOCK.unlock();
    }
  }

  /// Removes a filter, if it is still that, and then `clsact`, if this library made it and nothing
  /// else is on it.
  static void remove(String what, TrafficControl control, Filter filter) {
    var now = control.find(filter);
    // Somebody may have put another in its place.
    if (now.isPresent() && now.get().name().equals(filter.name())) {
      var isLast = hasMadeClsact(filter) && all(control, filter.device()).size() == 1;
      var reply = isLast ? control.removeWithClsact(filter).filter() : control.remove(filter);
      if (!reply.ok() && !TrafficControl.isGone(reply)) {
        throw NetlinkRefusal.of(what, "RTM_DELTFILTER", reply);
      }
    }
    if (hasMadeClsact(filter)) {
      removeEmptyClsact(what, control, filter.device());
    }
  }

  private void removeEmptyClsact(int index) {
    removeEmptyClsact(program.what(), control, index);
  }

  private static void removeEmptyClsact(String what, TrafficControl control, int index) {
    if (all(control, index).isEmpty()) {
      var reply = control.removeClsact(index);
      if (!reply.ok() && !TrafficControl.isGone(reply)) {
        throw NetlinkRefusal.of(what, "RTM_DELQDISC", reply);
      }
    }
  }

  private BpfException refusal(int index, NetlinkReply reply) {
    var why = "";
    // The kernel says so of a module that it does not find.
    if (reply.errno() == Errno.ENOENT && reply.text().contains("classifier not found")) {
      return new UnsupportedFeatureException(
          "filters of traffic control",
          null,
          program.what()
              + (isAction()
                  ? ": this kernel has no classifier matchall, by which action programs are attached"
                      + " (built without CONFIG_NET_CLS_MATCHALL)"
                      + "\n  try: the program in SEC(\"tc\"), which needs it not"
                  : ": this kernel has no classifier bpf (built without CONFIG_NET_CLS_BPF)"
                      + "\n  try: tcx:DEVICE, which kernels have since 6.6"));
    }
    if (reply.errno() == Errno.EEXIST || reply.errno() == Errno.EBUSY) {
      why =
          control.filters(index, point.parent()).stream()
              .filter(f -> f.priority() == point.priority())
              .filter(f -> point.handle() == 0 || f.handle() == point.handle())
              .findFirst()
              .map(f ->
                  f.describe()
                      + (f.program() == 0 ? "" : " with " + Occupant.program(f.program()))
                      + " is there\n  try: another handle or priority")
              .orElse("a filter is there\n  try: another handle or priority");
    } else if (!point.isClsact() && TrafficControl.isGone(reply)) {
      why =
          point.device()
              + " has no such parent\n  try: one that tc qdisc show or tc class show lists";
    }
    return NetlinkRefusal.of(program.what(), "RTM_NEWTFILTER", reply, why);
  }
}
