package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.ebpf4j.linux.attach.Capabilities.Capability.CAP_BPF;
import static org.ebpf4j.linux.attach.Capabilities.Capability.CAP_NET_ADMIN;
import static org.ebpf4j.linux.attach.Capabilities.Capability.CAP_PERFMON;
import static org.ebpf4j.linux.attach.Capabilities.Capability.CAP_SYS_ADMIN;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.FlowDissector;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.attach.Lwt;
import org.ebpf4j.attach.Netfilter;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.attach.PerfEvent;
import org.ebpf4j.attach.SkLookup;
import org.ebpf4j.attach.SkReuseport;
import org.ebpf4j.attach.SocketFilter;
import org.ebpf4j.attach.Sockmap;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.attach.Tcx;
import org.ebpf4j.attach.Uprobe;
import org.ebpf4j.attach.UprobeMulti;
import org.ebpf4j.attach.Uretprobe;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.ListeningSocket;
import org.ebpf4j.linux.attach.Capabilities.Capability;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.linux.internal.host.PerfLimits;
import org.ebpf4j.linux.internal.host.Privileges;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What each kind of hook wants: who lacks one of these capabilities is told which, and with just
/// these a program is loaded and attached.
@KernelTest
@Requires({Facility.IP, Facility.TRACEFS, Facility.CGROUP2})
class MissingCapabilityTest {
  private static final Set<Capability> TRACING = EnumSet.of(CAP_BPF, CAP_PERFMON);

  /// Kernels of Debian and others leave perf events to more than `CAP_PERFMON`.
  private static final Set<Capability> EVENTS =
      PerfLimits.paranoid() > 2 ? EnumSet.of(CAP_BPF, CAP_PERFMON, CAP_SYS_ADMIN) : TRACING;

  private static final Set<Capability> NETWORK = EnumSet.of(CAP_BPF, CAP_NET_ADMIN);
  private static final Set<Capability> PLAIN = EnumSet.of(CAP_BPF);

  /// What programs are attached to.
  record Places(LoadedObject object, TestCgroup cgroup, ProbedProgram probed) {
    String file() {
      return probed.path();
    }

    InetSocketAddress address() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
  }

  interface Attach {
    AutoCloseable to(Places places);
  }

  /// A kind of hook, with a program for it.
  @SuppressWarnings("ImmutableEnumChecker") // Sets that are never changed, and functions.
  enum Hook {
    TRACEPOINT("attach_tracing", "executions", EVENTS, own("executions")),
    RAW_TRACEPOINT("attach_tracing", "system_calls", TRACING, own("system_calls")),
    TP_BTF("attach/typed", "typed_tracepoint", TRACING, own("typed_tracepoint")),
    KPROBE(
        "attach/probe_plain",
        "entry",
        EVENTS,
        p -> p.object.program("entry").attach(new Kprobe("vfs_open"))),
    KRETPROBE(
        "attach/probe_plain",
        "leave",
        EVENTS,
        p -> p.object.program("leave").attach(new Kretprobe("vfs_open"))),
    KSYSCALL("attach/probe_plain", "call", EVENTS, own("call")),
    KPROBE_MULTI("attach/probe_multi", "entries", TRACING, own("entries")),
    KRETPROBE_MULTI("attach/probe_multi", "returns", TRACING, own("returns")),
    KPROBE_SESSION("attach/probe_session", "calls", TRACING, own("calls")),
    UPROBE(
        "attach/user",
        "entry",
        EnumSet.of(CAP_BPF, CAP_PERFMON, CAP_SYS_ADMIN),
        p -> p.object.program("entry").attach(new Uprobe(p.file(), "work_one"))),
    URETPROBE(
        "attach/user",
        "leave",
        EnumSet.of(CAP_BPF, CAP_PERFMON, CAP_SYS_ADMIN),
        p -> p.object.program("leave").attach(new Uretprobe(p.file(), "work_one"))),
    UPROBE_MULTI(
        "attach/user",
        "entries",
        EnumSet.of(CAP_BPF, CAP_PERFMON, CAP_SYS_ADMIN),
        p -> p.object.program("entries").attach(UprobeMulti.entries(p.file(), "work_*"))),
    PERF_EVENT(
        "attach_perf",
        "samples",
        EVENTS,
        p ->
            p.object
                .program("samples")
                .attach(PerfEvent.frequency(PerfEvent.Counter.CPU_CLOCK, 99))),
    FENTRY("attach/typed", "entry", TRACING, own("entry")),
    FEXIT("attach/typed", "end", TRACING, own("end")),
    FMOD_RET("attach/typed", "result", TRACING, own("result")),
    LSM("attach/typed", "hook", TRACING, own("hook")),
    ITER("attach/iterators", "tasks", TRACING, own("tasks")),
    XDP(
        "attach_xdp",
        "drop_port",
        NETWORK,
        p -> p.object.program("drop_port").attach(Xdp.on("near0"))),
    XDP_BY_NETLINK(
        "attach_xdp",
        "drop_port",
        NETWORK,
        p -> p.object.program("drop_port").attach(Xdp.on("near0").byNetlink())),
    TCX("attach/tc", "watch", NETWORK, p -> p.object.program("watch").attach(Tcx.ingress("near0"))),
    TC("attach/tc", "watch", NETWORK, p -> p.object.program("watch").attach(Tc.ingress("near0"))),
    NETFILTER(
        "attach/netfilter",
        "pass",
        NETWORK,
        p ->
            p.object
                .program("pass")
                .attach(Netfilter.of(Netfilter.Family.IPV4, Netfilter.Hook.INPUT))),
    LWT(
        "attach/lwt",
        "xmit",
        NETWORK,
        p -> p.object.program("xmit").attach(Lwt.on("10.20.0.0/16", "near0"))),
    FLOW_DISSECTOR(
        "attach/flow_dissector",
        "dissect",
        NETWORK,
        p -> p.object.program("dissect").attach(new FlowDissector(Netns.CURRENT))),
    SK_LOOKUP(
        "attach/sk_lookup",
        "refuse",
        PLAIN,
        p -> p.object.program("refuse").attach(new SkLookup(Netns.CURRENT))),
    SK_REUSEPORT(
        "attach/reuseport",
        "choose",
        PLAIN,
        p -> {
          var choose = p.object.program("choose");
          return on(
              LinuxKernel.open().listenShared(p.address()),
              socket -> choose.attach(new SkReuseport(socket)));
        }),
    SOCKET(
        "attach_socket",
        "passing",
        PLAIN,
        p -> {
          var passing = p.object.program("passing");
          return on(
              LinuxKernel.open().listen(p.address()),
              socket -> passing.attach(new SocketFilter(socket)));
        }),
    SOCKMAP(
        "attach_sockmap",
        "message",
        NETWORK,
        p ->
            p.object
                .program("message")
                .attach(new Sockmap(p.object.object().map("sockets"), AttachType.SK_MSG_VERDICT))),
    CGROUP_SKB(
        "attach_cgroup",
        "ingress",
        NETWORK,
        p ->
            p.object
                .program("ingress")
                .attach(new Cgroup(p.cgroup.path(), AttachType.CGROUP_INET_INGRESS))),
    CGROUP_SOCK_ADDR(
        "attach_cgroup",
        "connections",
        NETWORK,
        p ->
            p.object
                .program("connections")
                .attach(new Cgroup(p.cgroup.path(), AttachType.CGROUP_INET4_CONNECT))),
    CGROUP_WITHOUT_LINK(
        "attach_cgroup",
        "devices",
        NETWORK,
        p ->
            p.object
                .program("devices")
                .attach(
                    new Cgroup(p.cgroup.path(), AttachType.CGROUP_DEVICE)
                        .shared(Cgroup.Sharing.MULTI)));

    private final String file;
    private final String program;
    private final Set<Capability> needs;
    private final Attach attach;

    Hook(String file, String program, Set<Capability> needs, Attach attach) {
      this.file = file;
      this.program = program;
      this.needs = needs;
      this.attach = attach;
    }

    private static Attach own(String program) {
      return places -> places.object.program(program).attach();
    }

    private static AutoCloseable on(
        ListeningSocket socket, Function<ListeningSocket, AutoCloseable> attach) {
      try {
        var attached = attach.apply(socket);
        return () -> {
          attached.close();
          socket.close();
        };
      } catch (RuntimeException e) {
        socket.close();
        throw e;
      }
    }

    LoadedObject load() {
      return LoadedObject.of(file, program);
    }

    /// Loads the program and attaches it.
    void loadAndAttach(TestCgroup cgroup, ProbedProgram probed) throws Exception {
      try (var object = load()) {
        attach.to(new Places(object, cgroup, probed)).close();
      }
    }
  }

  private Cable cable;
  private TestCgroup cgroup;
  private ProbedProgram probed;

  @BeforeEach
  void open() throws Exception {
    cable = Cable.lay();
    cgroup = TestCgroup.create();
    probed = ProbedProgram.start(ProbedProgram.MOVABLE);
  }

  @AfterEach
  void close() throws Exception {
    probed.close();
    cgroup.close();
    cable.close();
  }

  private interface Action {
    void run() throws Exception;
  }

  /// Does something in the near network namespace, without some capabilities; what came of it.
  private @Nullable Throwable without(Set<Capability> dropped, Action action) throws Exception {
    return cable
        .near()
        .call(() ->
            catchThrowable(() ->
                Capabilities.without(
                    dropped,
                    () -> {
                      action.run();
                      return 0;
                    })));
  }

  private @Nullable Throwable withAll(Hook hook) throws Exception {
    return without(Set.of(), () -> hook.loadAndAttach(cgroup, probed));
  }

  /// Skips the test where nobody can attach such a program.
  private void assumeItWorks(Hook hook) throws Exception {
    var failure = withAll(hook);
    assumeTrue(failure == null, () -> "not attached by root either: " + failure);
  }

  @ParameterizedTest
  @EnumSource
  void whoLacksOneIsToldWhich(Hook hook) throws Exception {
    assumeItWorks(hook);
    for (var missing : hook.needs) {
      if (missing == CAP_BPF && Privileges.read().unprivilegedDisabled() == 0) {
        continue;
      }
      var failure =
          without(EnumSet.of(CAP_SYS_ADMIN, missing), () -> hook.loadAndAttach(cgroup, probed));
      if (missing == CAP_SYS_ADMIN && failure == null) {
        // Not all kernels want it for uprobes.
        continue;
      }
      assertThat(failure)
          .as("without %s", missing)
          .isInstanceOfSatisfying(
              PermissionException.class,
              e -> assertThat(e.missingCapabilities()).containsExactly(missing.name()))
          .hasMessageContaining("this process lacks " + missing)
          .hasMessageContaining(
              "\n  try: run as root, or give the java binary the capabilities with setcap");
    }
  }

  /// A program that somebody else loaded.
  @ParameterizedTest
  @EnumSource
  void whatAttachingWantsIsNamed(Hook hook) throws Exception {
    assumeItWorks(hook);
    for (var missing : hook.needs) {
      var dropped = EnumSet.of(CAP_SYS_ADMIN, missing);
      try (var object = hook.load()) {
        var failure =
            without(dropped, () -> hook.attach.to(new Places(object, cgroup, probed)).close());
        if (failure != null) {
          assertThat(failure)
              .as("without %s", missing)
              .isInstanceOfSatisfying(
                  PermissionException.class,
                  e ->
                      assertThat(e.missingCapabilities())
                          .isNotEmpty()
                          .isSubsetOf(dropped.stream().map(Capability::name).toList()));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void noMoreThanTheseAreWanted(Hook hook) throws Exception {
    assumeItWorks(hook);
    var failure =
        without(
            EnumSet.complementOf(EnumSet.copyOf(hook.needs)),
            () -> hook.loadAndAttach(cgroup, probed));
    if (failure instanceof VerifierException && KernelRelease.running().isBefore(6, 6)) {
      // These let no pointers be compared without CAP_PERFMON, but for newer stable ones.
      assertThat(failure).hasMessageContaining("or give the process CAP_PERFMON");
    } else {
      assertThat(failure).isNull();
    }
  }

  /// What is refused depends on the mode, and on the patches of a distribution.
  @Test
  void whatLockdownRefusesSaysSo() throws Exception {
    var mode = Privileges.read().lockdown();
    assumeTrue(
        mode.equals("integrity") || mode.equals("confidentiality"), "the kernel is not locked");
    var refused = EnumSet.noneOf(Hook.class);
    for (var hook : Hook.values()) {
      var failure = withAll(hook);
      if (failure instanceof KernelException e && e.errnoName().equals("EPERM")) {
        refused.add(hook);
        assertThat(failure)
            .as("%s", hook)
            .isInstanceOfSatisfying(
                PermissionException.class, p -> assertThat(p.missingCapabilities()).isEmpty())
            .hasMessageContaining("no capability that it wants is missing")
            .hasMessageContaining("the kernel is locked down (" + mode + ")")
            .hasMessageContaining("\n  try: use what a locked kernel allows, such as tracepoints");
      }
    }
    assumeFalse(refused.isEmpty(), "the locked kernel takes all of them");
  }
}
