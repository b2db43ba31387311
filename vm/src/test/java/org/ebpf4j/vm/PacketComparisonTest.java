package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What programs see of packets and do with them: the same on Linux and on the virtual kernel, for
/// packets of several kinds and for arguments that are right and wrong.
@KernelTest
@RequiresKernel(value = "6.18", because = "what this kernel does is what Linux 6.18 does")
class PacketComparisonTest {
  private static final HexFormat HEX = HexFormat.of();

  private static Kernel linux;
  private static Kernel virtual;
  private static final List<BpfObject> LOADED = new ArrayList<>();

  @BeforeAll
  static void load() {
    linux = LinuxKernel.open();
    virtual = VirtualKernel.open();
    for (var name : List.of("vm_packets", "vm_tunnels")) {
      var spec = ObjectSpec.read(name + ".bpf.o", TestObjects.bytes(name));
      LOADED.add(linux.load(spec));
      LOADED.add(virtual.load(spec));
    }
  }

  @AfterAll
  static void close() {
    LOADED.forEach(BpfObject::close);
    LOADED.clear();
    virtual.close();
    linux.close();
  }

  /// A program, what it is told, and the packet by its name.
  record Case(String program, String packet, List<Long> args) {}

  private static byte[] packet(String name) {
    var addresses = name.contains("host") ? "000000000000020000000001" : "ffffffffffff020000000001";
    var ip4 =
        "4500002e1234400040110000c0a80001c0a80002"
            + "03e80035001a1111"
            + "00112233445566778899aabbccddeeff0011";
    var ip6 =
        "6000000000121140"
            + "fd000000000000000000000000000001"
            + "fd000000000000000000000000000002"
            + "03e80035001200000102030405060708090a";
    return HEX.parseHex(
        switch (name) {
          case "ip4", "ip4 host" -> addresses + "0800" + ip4;
          case "ip6" -> "333300000001020000000001" + "86dd" + ip6;
          case "tagged" -> addresses + "81000064" + "0800" + ip4;
          case "twice tagged" -> addresses + "88a80064" + "81000065" + "0800" + ip4;
          case "arp" -> "020000000002020000000001" + "0806" + "00".repeat(46);
          case "llc" -> "020000000002020000000001" + "0020" + "42420300" + "00".repeat(42);
          case "short" -> "020000000002020000000001" + "0800";
          default -> throw new IllegalArgumentException(name);
        });
  }

  private static final List<String> PACKETS =
      List.of("ip4", "ip4 host", "ip6", "tagged", "twice tagged", "arp", "llc");

  private static void add(List<Case> cases, String program, long... args) {
    for (var packet : PACKETS) {
      cases.add(new Case(program, packet, Arrays.stream(args).boxed().toList()));
    }
  }

  static Stream<Case> cases() {
    var cases = new ArrayList<Case>();
    add(cases, "fields", 5, 2);
    add(cases, "fields", 65535, -1);
    add(cases, "socket_fields");
    for (long delta :
        new long[] {0, 4, 20, 28, 1000, 4095, 4096, -4, -14, -20, -28, -40, -60, -4096}) {
      add(cases, "room", delta, 0, 0);
      add(cases, "room", delta, 1, 0);
    }
    for (long flags : new long[] {1, 2, 4, 6, 32, 128, 256, 384, 1 << 10, 2 | 14L << 56}) {
      add(cases, "room", 20, 1, flags);
      add(cases, "room", -20, 1, flags);
    }
    add(cases, "room", 4, 2, 0);
    for (long size : new long[] {0, 1, 14, 100, 4000, 65000, -1, 70000}) {
      add(cases, "head", size, 0);
      add(cases, "tail", size, 0);
    }
    add(cases, "head", 4, 1);
    add(cases, "tail", 40, 1);
    add(cases, "tail", 13, 0);
    add(cases, "protocol", 0xdd86, 0);
    add(cases, "protocol", 0x0008, 0);
    add(cases, "protocol", 0x0008, 1);
    add(cases, "protocol", 0x0081, 0);
    add(cases, "type", 0, 0);
    add(cases, "type", 3, 60);
    add(cases, "type", 4, 61);
    add(cases, "type", 1, 1000);
    for (long times = 0; times < 4; times++) {
      add(cases, "vlan", times, 0x0081, 100, 0x6001);
      add(cases, "vlan", times, 0xa888, 0xfff, 1);
      add(cases, "vlan", times, 0, 1, 2);
    }
    for (long offset : new long[] {0, 14, 30, 56, 57, 70, 0x10000, -1}) {
      add(cases, "bytes", offset, 0, 0);
      add(cases, "bytes", offset, 1, 1);
      add(cases, "bytes", offset, 2, 4);
    }
    add(cases, "sums", 1, 2, 3, 4);
    add(cases, "sums", 0xffffffffL, 0x80000000L, 0x12345678, 0xfedcba98L);
    add(cases, "sums", 0, 0, 0, 0);
    add(cases, "redirects", 1, 0);
    add(cases, "redirects", 1, 1);
    add(cases, "redirects", 1, 2);
    add(cases, "redirects_peer", 1, 0);
    add(cases, "redirects_peer", 1, 1);
    add(cases, "redirects_neigh", 1, 0);
    add(cases, "redirects_neigh", 1, 1);
    for (long meta : new long[] {0, -4, -32, -252, -256, -3, 4, -220}) {
      add(cases, "xdp_moves", meta, 0, 0, 2);
      add(cases, "xdp_moves", meta, -4, 10, 1);
      add(cases, "xdp_moves", meta, 14, -10, 3);
    }
    for (long head : new long[] {-200, -212, -216, -217, -256, -257, 40, 46, 47, 100}) {
      add(cases, "xdp_moves", 0, head, 0, 0);
      add(cases, "xdp_moves", -8, head, 0, 9);
    }
    for (long tail : new long[] {100, 3000, 3459, 3460, 3461, 4000, -46, -47, -60, -100}) {
      add(cases, "xdp_moves", 0, 0, tail, 4);
      add(cases, "xdp_moves", 0, 14, tail, 4);
    }
    for (long offset : new long[] {0, 56, 57, 100, 0xffff, 0x10000, -1}) {
      add(cases, "xdp_bytes", offset, 1, 0);
      add(cases, "xdp_bytes", offset, 1, 1);
    }
    add(cases, "seen_by_socket", 0, 0, 4);
    add(cases, "seen_by_socket", 14, 1, -1);
    add(cases, "seen_by_socket", 60, 0, 0);
    add(cases, "dissect", 14, 34, 0);
    add(cases, "dissect", 0, 0, 2);
    add(cases, "dissect", 1000, 40, 129);
    for (long flags : new long[] {0, 1, 2, 4, 8, 16, 31, 32, 64}) {
      cases.add(new Case("tunnel", "ip4", List.of(flags, flags & 1, 0L, 0L)));
      cases.add(new Case("tunnel", "ip4", List.of(flags, (flags & 1) | 16, 0L, 0L)));
      cases.add(new Case("tunnel_sizes", "ip4", List.of(flags, flags & 1)));
    }
    cases.add(new Case("tunnel", "ip4", List.of(0L, 1L, 0L, 0L)));
    cases.add(new Case("tunnel", "ip4", List.of(1L, 0L, 0L, 0L)));
    cases.add(new Case("tunnel", "ip4", List.of(0L, 2L, 0L, 0L)));
    cases.add(new Case("tunnel", "ip4", List.of(0L, 0L, 5L, 0L)));
    cases.add(new Case("tunnel", "ip4", List.of(0L, 0L, 0L, 5L)));
    cases.add(new Case("tunnel", "ip4", List.of(1L, 1L, 0x12345L, 0L)));
    cases.add(new Case("tunnel", "ip4", List.of(1L, 1L, 0xffff_ffffL, 0L)));
    return cases.stream();
  }

  /// What came of a run, as text.
  private static String ran(BpfObject object, Case example, RunInput input) {
    var args = object.variable("args");
    var out = object.variable("out");
    var words = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    example.args().forEach(words::putLong);
    args.memory().copyFrom(MemorySegment.ofArray(words.array()));
    out.memory().fill((byte) 0);
    try {
      var result = object.program(example.program()).run(input);
      var told =
          ByteBuffer.wrap(out.memory().toArray(ValueLayout.JAVA_BYTE))
              .order(ByteOrder.LITTLE_ENDIAN);
      var numbers = new ArrayList<Long>();
      while (told.hasRemaining()) {
        numbers.add(told.getLong());
      }
      return "returned "
          + result.returnValue()
          + "\ntold "
          + numbers
          + "\npacket "
          + HEX.formatHex(result.dataOut())
          + "\ncontext "
          + HEX.formatHex(result.contextOut());
    } catch (KernelException e) {
      return "refused " + e.errno();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bothDoTheSame(Case example) {
    var input = RunInput.packet(packet(example.packet())).growth(70_000);

    var both =
        LOADED.stream()
            .filter(object ->
                object.programs().stream().anyMatch(p -> p.name().equals(example.program())))
            .map(object -> ran(object, example, input))
            .toList();

    assertThat(both.getLast()).isEqualTo(both.getFirst());
  }
}
