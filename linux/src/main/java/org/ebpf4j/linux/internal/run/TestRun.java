package org.ebpf4j.linux.internal.run;

import java.time.Duration;
import java.util.Optional;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ProgramRun;

/// A run of a program by itself (`PROG_TEST_RUN`). What a type of programs takes and gives is the
/// kernel's to say; here is what to ask back for, and what a refusal means.
public final class TestRun {
  private static final String COMMAND = "PROG_TEST_RUN";

  /// More than the kernel's `struct __sk_buff`, the largest context that comes back.
  private static final int CONTEXT_ROOM = 256;

  private static final int MAX_ATTEMPTS = 30;
  private static final int ETHERNET_HEADER = 14;

  private final String name;
  private final int fd;
  private final int typeNumber;
  private final Optional<ProgramType> type;
  private final RunInput input;
  private final byte[] data;
  private final byte[] context;

  /// @param type the number of the program's type
  public TestRun(String name, int fd, int type, RunInput input) {
    this.name = name;
    this.fd = fd;
    this.typeNumber = type;
    this.type = ProgramType.of(type);
    this.input = input;
    this.data = input.data();
    this.context = input.context();
  }

  /// Makes it.
  ///
  /// @throws UnsupportedFeatureException where the kernel cannot run programs of its type
  /// @throws KernelException where the kernel refuses the input
  public RunResult make() {
    // Live frames are gone when the run is over.
    var comesBack = data.length > 0 && input.liveBatch().isEmpty();
    var room = comesBack ? Math.addExact(data.length, input.growth()) : 0;
    var outcome = attempt(room);
    while (outcome.errno() == Errno.ENOSPC && outcome.dataSize() > room) {
      room = outcome.dataSize();
      outcome = attempt(room);
    }
    if (outcome.errno() != 0) {
      throw refusal(outcome.errno());
    }
    var givesContext = contextRoom() > 0 || is(ProgramType.SYSCALL);
    return new RunResult(
        outcome.returnValue(),
        Duration.ofNanos(Integer.toUnsignedLong(outcome.nanoseconds())),
        comesBack ? outcome.data() : new byte[0],
        givesContext ? outcome.context() : new byte[0]);
  }

  private ProgramRun.Outcome attempt(int room) {
    var flags = input.flags();
    if (input.cpu().isPresent()) {
      flags |= ProgramRun.ON_CPU;
    }
    if (input.liveBatch().isPresent()) {
      flags |= ProgramRun.LIVE_FRAMES;
    }
    var run =
        new ProgramRun(
            data,
            room,
            context,
            contextRoom(),
            // Types that are run once only want 0.
            input.repeat() == 1 ? 0 : input.repeat(),
            flags,
            input.cpu().orElse(0),
            input.liveBatch().orElse(0));
    var outcome = Bpf.progRun(fd, run);
    for (int i = 1; i < MAX_ATTEMPTS && isBrokenOff(outcome.errno()); i++) {
      outcome = Bpf.progRun(fd, run);
    }
    return outcome;
  }

  private static boolean isBrokenOff(int errno) {
    return errno == Errno.EINTR || errno == Errno.EAGAIN;
  }

  private boolean is(ProgramType other) {
    return typeNumber == other.number();
  }

  /// Room for the context, where the kernel gives one back.
  private int contextRoom() {
    if (input.liveBatch().isPresent() || type.isEmpty()) {
      return 0;
    }
    return switch (type.get()) {
      case SOCKET_FILTER,
          SCHED_CLS,
          SCHED_ACT,
          CGROUP_SKB,
          LWT_IN,
          LWT_OUT,
          LWT_XMIT,
          LWT_SEG6LOCAL ->
          CONTEXT_ROOM;
      // Asked for without one being given, it counts as one that is wrong.
      case XDP, SK_LOOKUP -> context.length > 0 ? CONTEXT_ROOM : 0;
      case KPROBE,
          TRACEPOINT,
          PERF_EVENT,
          CGROUP_SOCK,
          SOCK_OPS,
          SK_SKB,
          CGROUP_DEVICE,
          SK_MSG,
          RAW_TRACEPOINT,
          CGROUP_SOCK_ADDR,
          LIRC_MODE2,
          SK_REUSEPORT,
          FLOW_DISSECTOR,
          CGROUP_SYSCTL,
          RAW_TRACEPOINT_WRITABLE,
          CGROUP_SOCKOPT,
          TRACING,
          STRUCT_OPS,
          EXT,
          LSM,
          SYSCALL,
          NETFILTER ->
          0;
    };
  }

  private RuntimeException refusal(int errno) {
    var label = type.map(ProgramType::label).orElse("type " + typeNumber);
    var what = "running program '" + name + "' (" + label + ")";
    var said = what + ": " + COMMAND + ": " + Errno.describe(errno);
    return switch (errno) {
      case Errno.ENOTSUPP ->
          new UnsupportedFeatureException(
              "runs of " + label + " programs",
              since().orElse(null),
              said
                  + ": this kernel runs programs of that type only where they are attached"
                  + since().map(s -> "; since " + s + " it can").orElse("")
                  + "\n  try: attach it, and let what it is attached to happen");
      case Errno.EINVAL -> new KernelException(COMMAND, errno, said + ": " + wants());
      case ENXIO ->
          input.cpu().isPresent()
              ? new KernelException(
                  COMMAND, errno, said + ": CPU " + input.cpu().getAsInt() + " is not running")
              : KernelException.of(what, COMMAND, errno);
      default -> Refusal.of(what, COMMAND, errno, Refusal.capabilitiesFor(typeNumber));
    };
  }

  private static final int ENXIO = 6;

  private Optional<String> since() {
    return type.map(t ->
        switch (t) {
          case RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> "5.10";
          case SK_LOOKUP, SYSCALL -> "5.14";
          case STRUCT_OPS -> "5.16";
          case NETFILTER -> "6.4";
          default -> null;
        });
  }

  /// What a type takes, for whoever gave it something else.
  private String wants() {
    if (type.isEmpty()) {
      return "the input does not suit its type";
    }
    return switch (type.get()) {
      case RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE ->
          "raw tracepoints take a context with all arguments that the program reads, 8 bytes each, and a CPU; no packet,"
              + " and they are run once";
      case SYSCALL ->
          "a program that is a system call takes a context as long as the program reads, at most 65535 bytes; no"
              + " packet, no CPU, and it is run once";
      case SK_LOOKUP ->
          "a socket lookup takes a context (struct bpf_sk_lookup) without a socket in it, and no packet";
      case TRACING ->
          "of tracing programs the kernel runs fentry, fexit and fmod_ret, by calling its own bpf_fentry_test functions;"
              + " they take no packet, no context and no CPU";
      case STRUCT_OPS -> "of struct_ops programs the kernel runs those of bpf_dummy_ops";
      default -> wantsPacket();
    };
  }

  private String wantsPacket() {
    if (input.cpu().isPresent()) {
      return "the kernel lets a CPU be chosen for raw tracepoints only";
    }
    if (data.length < ETHERNET_HEADER) {
      return "it wants a packet of at least "
          + ETHERNET_HEADER
          + " bytes (an Ethernet header), not "
          + data.length;
    }
    if (input.liveBatch().isPresent()) {
      return "live frames are for XDP (since 5.18), on packets of less than a page, with a context (struct xdp_md) whose"
          + " data_end is the length of the packet";
    }
    if (is(ProgramType.XDP) && context.length > 0) {
      return "the context (struct xdp_md) must say where the packet is: data_meta 0, data the length of the metadata,"
          + " data_end the length of the packet";
    }
    return "the packet ("
        + data.length
        + " bytes) or the context ("
        + context.length
        + " bytes) does not suit it; a packet longer than a page wants an XDP program that takes fragments"
        + " (section xdp.frags)";
  }
}
