package org.ebpf4j.linux.attach;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.Cgroup.Sharing;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Lwt;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.attach.PerfEvent;
import org.ebpf4j.attach.PerfEvent.Counter;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.attach.Tcx;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.attach.Uprobe;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.linux.LinuxProgram;
import org.ebpf4j.linux.internal.attach.ForcedTracefs;
import org.ebpf4j.linux.internal.attach.ForcedUprobe;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.testkit.Facility;

/// Programs on hooks of all sorts, those first whose program stays when the process is killed:
/// through tracefs, at traffic control, on routes, on devices and cgroups without a link, and a
/// struct of functions without one.
record MixedHooks(List<LoadedObject> objects, List<List<Attach>> groups) implements AutoCloseable {
  /// The device where another tool has a filter, and `clsact`.
  static final String SHARED = "far0";

  /// One that is ours alone.
  static final String OWN = "alone0";

  /// The congestion control that is registered without a link.
  static final String CONGESTION = "ebpf4j_more";

  /// A function that nobody calls.
  private static final Uprobe PLACE = new Uprobe("libc.so.6", "fmemopen");

  interface Attach {
    AutoCloseable attach() throws Exception;
  }

  /// Loads the programs.
  static MixedHooks load(Netns netns, Path cgroup) {
    var probes = LoadedObject.of("attach/probe_refused", "event");
    var raw = LoadedObject.of("attach/probe_refused", "reader");
    var user = LoadedObject.of("attach/user", "entry");
    var perf = LoadedObject.of("attach_perf");
    var filters = LoadedObject.of("attach/tc");
    var routes = LoadedObject.of("attach/lwt");
    var xdp = LoadedObject.of("attach_xdp");
    var groups = LoadedObject.of("attach_cgroup");
    var objects = new ArrayList<>(List.of(probes, raw, user, perf, filters, routes, xdp, groups));

    var tracing = new ArrayList<Attach>();
    tracing.add(() -> ForcedUprobe.throughTracefs(user.program("entry").fd(), PLACE, false));
    tracing.add(() -> user.program("entry").attach(PLACE));
    tracing.add(
        () -> probes.program("event").attach(new Tracepoint("syscalls", "sys_enter_fsync")));
    tracing.add(() -> raw.program("reader").attach(new RawTracepoint("sys_enter")));
    tracing.add(() -> perf.program("samples").attach(PerfEvent.frequency(Counter.CPU_CLOCK, 10)));
    if (Facility.KPROBES.missing().isEmpty()) {
      var kernel = LoadedObject.of("attach/probe_plain", "entry");
      objects.add(kernel);
      tracing.add(
          () -> ForcedTracefs.attach(kernel.program("entry").fd(), new Kprobe("vfs_fsync")));
      tracing.add(() -> kernel.program("entry").attach(new Kprobe("vfs_fsync")));
    }

    var network = new ArrayList<Attach>();
    for (var device : List.of(OWN, SHARED)) {
      // A device takes one XDP program at a time, so those two stand apart.
      network.add(
          () -> xdp.program("drop_port").attach(Xdp.on(device).generic().byNetlink().in(netns)));
      network.add(() -> filters.program("watch").attach(Tc.ingress(device).in(netns)));
      network.add(() -> filters.program("classify").attach(Tc.egress(device).in(netns)));
      network.add(() -> xdp.program("drop_port").attach(Xdp.on(device).in(netns)));
      if (!KernelRelease.running().isBefore(6, 6)) {
        network.add(() -> filters.program("watch_too").attach(Tcx.ingress(device).in(netns)));
      }
    }
    network.add(() -> routes.program("xmit").attach(Lwt.on("10.20.0.0/16", OWN).in(netns)));

    var others = new ArrayList<Attach>();
    var egress = new Cgroup(cgroup, AttachType.CGROUP_INET_EGRESS);
    others.add(() -> groups.program("egress").attach(egress.shared(Sharing.MULTI)));
    others.add(() ->
        groups
            .program("connections")
            .attach(new Cgroup(cgroup, AttachType.CGROUP_INET4_CONNECT).shared(Sharing.OVERRIDE)));
    others.add(() -> groups.program("either").attach(egress));
    others.add(MixedHooks::register);
    return new MixedHooks(objects, List.of(tracing, network, others));
  }

  /// Registers a struct of functions, whose map the kernel takes once.
  private static AutoCloseable register() {
    var structs = LoadedObject.of("load_struct_ops");
    try {
      var link = structs.object().register("with_more");
      return () -> {
        link.close();
        structs.close();
      };
    } catch (RuntimeException | Error e) {
      structs.close();
      throw e;
    }
  }

  /// The ids of the programs.
  List<Integer> programs() {
    return objects.stream()
        .flatMap(o -> o.object().programs().stream())
        .map(LinuxProgram::id)
        .toList();
  }

  /// The ids of the maps.
  List<Integer> maps() {
    return objects.stream()
        .flatMap(o -> o.object().maps().stream())
        .map(m -> m.info().id())
        .toList();
  }

  /// Attaches each program once and takes it off.
  void once() throws Exception {
    for (var group : groups) {
      for (var hook : group) {
        hook.attach().close();
      }
    }
  }

  /// Attaches the programs of a group and takes them off again and again, two at a time.
  static void always(List<Attach> group) throws Exception {
    var held = new AutoCloseable[2];
    for (int i = 0; ; i = (i + 1) % group.size()) {
      var before = held[i % 2];
      if (before != null) {
        before.close();
      }
      held[i % 2] = null;
      held[i % 2] = group.get(i).attach();
      if (i == group.size() - 1) {
        for (var each : Arrays.asList(held)) {
          if (each != null) {
            each.close();
          }
        }
        Arrays.fill(held, null);
      }
    }
  }

  @Override
  public void close() {
    objects.forEach(LoadedObject::close);
  }
}
