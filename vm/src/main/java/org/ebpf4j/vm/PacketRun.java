package org.ebpf4j.vm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.context.ContextStruct;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.packet.PacketContext;
import org.ebpf4j.vm.internal.packet.PacketScene;
import org.ebpf4j.vm.internal.program.LoadedCode;
import org.ebpf4j.vm.packet.ContextFields;

/// A run of a program of the network by itself, on what `BPF_PROG_TEST_RUN` is given: what it takes
/// and gives back is what that does (`net/bpf/test_run.c`).
final class PacketRun {
  private static final int ETHERNET = 14;
  private static final int INET = 2;
  private static final int INET6 = 10;
  private static final int MOST_METADATA = 252;
  private static final String BUFFER = "__sk_buff";

  private static final String INGRESS = "ingress_ifindex";

  /// The device that a packet by itself comes from, where none is said.
  private static final long LOOPBACK = 1;

  /// What may be said of a socket buffer.
  private static final Set<String> GIVEN =
      Set.of(
          "mark",
          "priority",
          INGRESS,
          "ifindex",
          "cb",
          "tstamp",
          "wire_len",
          "gso_segs",
          "gso_size",
          "hwtstamp",
          // Where the packet ends, for packets in pieces.
          "data_end");

  private static final int INGRESS_AT = ContextStruct.named("xdp_md").field(INGRESS).offset();
  private static final int QUEUE = ContextStruct.named("xdp_md").field("rx_queue_index").offset();
  private static final int EGRESS = ContextStruct.named("xdp_md").field("egress_ifindex").offset();

  private final VirtualKernel kernel;
  private final Map<String, byte[]> told;
  private final LoadedCode program;
  private final Run run;
  private final RunInput input;

  /// @param told what functions of the kernel tell of what it is run for
  PacketRun(
      VirtualKernel kernel, LoadedCode program, Run run, RunInput input, Map<String, byte[]> told) {
    this.kernel = kernel;
    this.told = told;
    this.program = program;
    this.run = run;
    this.input = input;
  }

  /// @param execute runs it as often as the input says, on the context at an address
  RunResult make(LongUnaryOperator execute) {
    var data = input.data();
    var fields = input.context();
    var metadata = check(data, fields);
    var scene = new PacketScene(program.type(), data.length);
    scene.addTo(run.memory());
    run.setSubject(scene.context());
    try {
      scene.set(data, metadata, fields);
      scene.context().tell(told);
      var fromLoopback = program.type() == ProgramType.XDP && scene.context().get(INGRESS) == 0;
      if (fromLoopback) {
        scene.context().put(INGRESS, LOOPBACK);
      }
      var time = System.nanoTime();
      var returned = execute.applyAsLong(scene.context().address());
      time = System.nanoTime() - time;
      if (fromLoopback) {
        scene.context().put(INGRESS, 0);
      }
      return new RunResult(
          (int) returned,
          Duration.ofNanos(time / input.repeat()),
          dataOut(scene, data),
          program.type() == ProgramType.SK_LOOKUP
              ? chosen(scene.context(), returned)
              : scene.contextOut());
    } finally {
      run.setSubject(null);
      scene.removeFrom(run.memory());
    }
  }

  private byte[] dataOut(PacketScene scene, byte[] data) {
    if (program.type() == ProgramType.CGROUP_SYSCTL) {
      var written = scene.context().told("new");
      return written == null ? new byte[0] : written;
    }
    return data.length == 0 ? data : scene.dataOut();
  }

  /// The context of a lookup of sockets, which says in the end by its cookie which socket was
  /// chosen (`bpf_prog_test_run_sk_lookup`).
  private byte[] chosen(PacketContext context, long returned) {
    var socket = context.get("sk");
    var passed = (int) returned == 1;
    if (passed && socket != 0 && context.effects().isShared()) {
      throw new KernelException(
          "PROG_TEST_RUN",
          Errno.EOPNOTSUPP,
          "program '" + program.name() + "' chose a socket that shares its port with others");
    }
    context.put("sk", 0);
    if (passed && socket != 0) {
      kernel.handles().all().stream()
          .filter(object -> object.address() == socket)
          .forEach(object -> context.put("cookie", object.id()));
    }
    return context.fields();
  }

  /// Refuses what the kernel refuses.
  ///
  /// @return how many bytes of the data are metadata
  private int check(byte[] data, byte[] fields) {
    if (PacketScene.wantsFrame(program.type()) && data.length < ETHERNET) {
      throw refused(
          "sees packets; " + data.length + " bytes are no Ethernet header, which has " + ETHERNET);
    }
    return switch (program.type()) {
      case XDP -> fields.length == 0 ? 0 : checkXdp(data, fields);
      case SCHED_CLS,
          SCHED_ACT,
          SOCKET_FILTER,
          CGROUP_SKB,
          LWT_IN,
          LWT_OUT,
          LWT_XMIT,
          LWT_SEG6LOCAL,
          SK_SKB -> {
        checkBuffer(data, fields);
        yield 0;
      }
      case SK_LOOKUP -> {
        checkLookup(data, fields);
        yield 0;
      }
      default -> 0;
    };
  }

  private int checkXdp(byte[] data, byte[] fields) {
    var md = ByteBuffer.wrap(fields).order(ByteOrder.LITTLE_ENDIAN);
    var size = ContextStruct.named("xdp_md").size();
    if (fields.length < size) {
      throw refused("is given a struct xdp_md of " + size + " bytes, not of " + fields.length);
    }
    if (md.getInt(EGRESS) != 0) {
      throw refused("is given no egress_ifindex");
    }
    if (md.getInt(INGRESS_AT) == 0 && md.getInt(QUEUE) != 0) {
      throw refused(
          "is given the rx_queue_index " + md.getInt(QUEUE) + " of no device (ingress_ifindex)");
    }
    var begin = md.getInt(0);
    if (md.getInt(8) != 0
        || md.getInt(4) != data.length
        || begin < 0
        || begin > data.length - ETHERNET
        || begin > MOST_METADATA
        || begin % 4 != 0) {
      throw refused(
          "is given a struct xdp_md whose data says how many bytes are metadata (a multiple of 4, up"
              + " to 252), whose data_end is all of the "
              + data.length
              + " bytes, and whose data_meta is 0");
    }
    return begin;
  }

  private void checkLookup(byte[] data, byte[] fields) {
    if (data.length != 0 || fields.length == 0) {
      throw refused("is given a struct bpf_sk_lookup, and no packet");
    }
    var lookup = ContextFields.of("bpf_sk_lookup", fields);
    if (lookup.get("sk") != 0) {
      throw refused("is given no socket, but chooses one");
    }
    if (lookup.get("local_port") > 0xffff) {
      throw refused(Errno.ERANGE, "is given the port " + lookup.get("local_port"));
    }
    var family = lookup.get("family");
    if (family != INET && family != INET6) {
      throw refused(
          Errno.EAFNOSUPPORT,
          "is given the family " + family + ", which is neither AF_INET (2) nor AF_INET6 (10)");
    }
  }

  private void checkBuffer(byte[] data, byte[] fields) {
    for (var field : ContextStruct.named(BUFFER).fields().values()) {
      for (int i = 0; i < field.size(); i++) {
        var at = field.offset() + i;
        if (at < fields.length && fields[at] != 0 && !GIVEN.contains(field.name())) {
          throw refused("cannot be given '" + field.name() + "' of struct " + BUFFER);
        }
      }
    }
    if (fields.length >= ContextStruct.named(BUFFER).size()) {
      var wire =
          ByteBuffer.wrap(fields)
              .order(ByteOrder.LITTLE_ENDIAN)
              .getInt(ContextStruct.named(BUFFER).field("wire_len").offset());
      if (wire != 0 && Integer.compareUnsigned(wire, data.length) < 0) {
        throw refused(
            "is given a wire_len of " + wire + ", less than the " + data.length + " bytes");
      }
    }
  }

  private KernelException refused(String why) {
    return refused(Errno.EINVAL, why);
  }

  private KernelException refused(int errno, String why) {
    return new KernelException("PROG_TEST_RUN", errno, "program '" + program.name() + "' " + why);
  }

  /// Whether programs of a type are run so.
  static boolean isFor(ProgramType type) {
    return PacketScene.isFor(type);
  }
}
