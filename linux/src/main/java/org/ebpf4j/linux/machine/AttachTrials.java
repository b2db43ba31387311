package org.ebpf4j.linux.machine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.Handle;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.LsmCgroup;
import org.ebpf4j.attach.Place;
import org.ebpf4j.attach.SkReuseport;
import org.ebpf4j.attach.SocketFilter;
import org.ebpf4j.attach.Sockmap;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Width;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.linux.OpenSocket;
import org.ebpf4j.linux.internal.host.Mounts;
import org.ebpf4j.linux.internal.netlink.NetworkNamespace;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Sockets;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.jspecify.annotations.Nullable;

/// Kinds of places, each tried: a program that returns 0 is attached where it disturbs nobody, and
/// taken off at once. That is a network namespace and a cgroup that are made for it, this process,
/// or a place of the kernel that is hardly ever come to.
final class AttachTrials implements AutoCloseable {
  private static final String WHAT = "trying to attach";

  /// What came of a trial.
  ///
  /// @param refusal why it was refused; empty where it was attached
  record Outcome(Optional<String> refusal) {}

  /// What is attached: a section, and where, once it is loaded.
  private record Trial(String section, @Nullable Function<LinuxObject, AttachPoint> place) {}

  private static final Instructions NOTHING =
      Instructions.assemble(
          new Instruction.Move(Width.W64, Register.R0, new Immediate(0)), new Instruction.Exit());

  /// Reported when a task hangs for minutes.
  private static final String TRACEPOINT = "sched_process_hang";

  private static final String FUNCTION = "vfs_fallocate";

  /// Called when the library is loaded, which it is.
  private static final String USER_FUNCTION = "libjava.so:JNI_OnLoad";

  private final LinuxKernel kernel = LinuxKernel.open();
  private @Nullable NetworkNamespace network;
  private @Nullable Path cgroup;

  /// Tries a kind; empty for one that cannot be tried without harm.
  Optional<Outcome> of(HookKind kind) {
    try {
      var trial = trial(kind);
      if (trial.isEmpty()) {
        return Optional.empty();
      }
      attach(trial.get());
      return Optional.of(new Outcome(Optional.empty()));
    } catch (BpfException e) {
      var message = String.valueOf(e.getMessage());
      return Optional.of(new Outcome(message.lines().findFirst()));
    }
  }

  private void attach(Trial trial) {
    var program =
        ProgramSpec.builder("try_attach", NOTHING).ofSection(trial.section).autoload(true);
    var object = ObjectSpec.builder("trial").license("GPL").program(program.build());
    if (trial.section.startsWith("sk_skb")) {
      object.map(MapSpec.of("sockets", MapType.SOCKMAP, 4, 4, 1));
    }
    try (var loaded = kernel.load(object.build())) {
      var only = loaded.programs().getFirst();
      var link = trial.place == null ? only.attach() : only.attach(trial.place.apply(loaded));
      link.close();
    }
  }

  private Optional<Trial> trial(HookKind kind) {
    var name = kind.name();
    return Optional.ofNullable(
        switch (name) {
          case "tracepoint" -> new Trial(name + "/sched/" + TRACEPOINT, null);
          case "raw_tracepoint", "tp_btf" -> new Trial(name + "/" + TRACEPOINT, null);
          case "kprobe", "kretprobe", "kprobe.multi", "kretprobe.multi", "kprobe.session" ->
              new Trial(name + "/" + FUNCTION, null);
          case "ksyscall", "kretsyscall" -> new Trial(name + "/sethostname", null);
          case "fentry", "fexit", "fsession" -> new Trial(name + "/" + FUNCTION, null);
          case "fmod_ret" -> new Trial("fmod_ret/security_settime64", null);
          case "lsm" -> new Trial("lsm/settime", null);
          case "iter" -> new Trial("iter/task", null);
          case "uprobe", "uretprobe", "uprobe.multi", "uretprobe.multi", "uprobe.session" ->
              inThisProcess(kind);
          case "perf_event" -> at(kind, name, "task-clock,freq=1,pid=" + self());
          case "xdp" -> at(kind, name, "lo,generic,netns=" + network());
          case "tcx" -> at(kind, "tcx/ingress", "lo,ingress,netns=" + network());
          case "tc" -> at(kind, "tc", "lo,ingress,netns=" + network());
          case "netfilter" -> at(kind, name, "ipv4/input,netns=" + network());
          case "sk_lookup", "flow_dissector" -> at(kind, name, network());
          case "socket" -> onSocket("socket", SocketFilter::new);
          case "sk_reuseport" -> onSocket("sk_reuseport", SkReuseport::new);
          case "sockmap" ->
              new Trial(
                  "sk_skb/stream_verdict",
                  object -> new Sockmap(object.map("sockets"), AttachType.SK_SKB_STREAM_VERDICT));
          case "cgroup" ->
              hasCgroups()
                  ? new Trial(
                      "cgroup_skb/egress", _ -> new Cgroup(cgroup(), AttachType.CGROUP_INET_EGRESS))
                  : null;
          case "lsm_cgroup" ->
              hasCgroups()
                  ? new Trial(
                      "lsm_cgroup/settime", _ -> new LsmCgroup("settime", Optional.of(cgroup())))
                  : null;
          default -> null;
        });
  }

  private static Trial at(HookKind kind, String section, String text) {
    return new Trial(section, object -> kind.parse(text).in(new Loaded(object)));
  }

  private static @Nullable Trial inThisProcess(HookKind kind) {
    var library = Path.of(System.getProperty("java.home"), "lib", USER_FUNCTION);
    var file = library.resolveSibling(USER_FUNCTION.substring(0, USER_FUNCTION.indexOf(':')));
    return Files.exists(file) ? at(kind, kind.name(), library + ",pid=" + self()) : null;
  }

  private static long self() {
    return ProcessHandle.current().pid();
  }

  /// What a place may refer to.
  private record Loaded(LinuxObject object) implements Place.Surroundings {
    @Override
    public Handle map(String name) {
      return object.map(name);
    }

    @Override
    public Handle program(String reference) {
      throw new BpfException("no trial wants a program");
    }

    @Override
    public Handle listening(InetSocketAddress address) {
      throw new BpfException("no trial listens");
    }

    @Override
    public Optional<AttachType> attachType() {
      return object.programs().getFirst().spec().flatMap(ProgramSpec::attachType);
    }
  }

  private @Nullable Fd socket;

  private Trial onSocket(String section, Function<Handle, AttachPoint> point) {
    return new Trial(section, _ -> point.apply(new OpenSocket(socket().number())));
  }

  /// A socket that is not bound.
  private Fd socket() {
    if (socket == null) {
      try {
        var address = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        var opened = Sockets.tcp(new InetSocketAddress(address, 0));
        if (!opened.ok()) {
          throw KernelException.of(WHAT, "socket", opened.errno());
        }
        socket = opened.fd();
        Sockets.sharePort(socket.number());
      } catch (UnknownHostException e) {
        throw new AssertionError("of 4 bytes", e);
      }
    }
    return socket;
  }

  /// The path of a network namespace that is made for this.
  private String network() {
    if (network == null) {
      network = NetworkNamespace.make(WHAT);
    }
    return "/proc/self/fd/" + network.fd().number();
  }

  private static boolean hasCgroups() {
    return Mounts.read().pointOf("cgroup2").isPresent();
  }

  /// A cgroup that is made for this, in which no process is.
  private Path cgroup() {
    if (cgroup == null) {
      var root =
          Mounts.read()
              .pointOf("cgroup2")
              .orElseThrow(() -> new BpfException("cgroup v2 is not mounted"));
      var made = root.resolve("ebpf4j-feature-" + self() + "-" + System.nanoTime());
      try {
        cgroup = Files.createDirectory(made);
      } catch (IOException e) {
        throw FileError.of("cgroup " + made, "made", e);
      }
    }
    return cgroup;
  }

  @Override
  public void close() {
    kernel.close();
    if (socket != null) {
      socket.close();
    }
    if (network != null) {
      network.close();
    }
    if (cgroup != null) {
      try {
        Files.delete(cgroup);
      } catch (IOException e) {
        throw FileError.of("cgroup " + cgroup, "removed", e);
      }
    }
  }
}
