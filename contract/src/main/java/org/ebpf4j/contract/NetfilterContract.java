package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ebpf4j.contract.Values.errno;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.error.Errno;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What netfilter programs are told of a packet that they are run on by themselves.
@RequiresKernel(value = "6.12", because = "dynptrs of packets in netfilter programs")
public abstract class NetfilterContract {
  private static final int INPUT = 1;
  private static final int IPV4 = 2;
  private static final int IPV6 = 10;
  private static final byte[] ETHERNET = HexFormat.of().parseHex("0200000000020200000000010800");
  private static final byte[] UDP =
      HexFormat.of().parseHex("4500001c1234400040110000c0a80001c0a8000203e8003500081111");

  private Kernel kernel;
  private BpfObject object;

  /// The kernel whose programs are run.
  protected abstract Kernel open();

  @BeforeEach
  void load() {
    kernel = open();
    object = kernel.load(ObjectSpec.read("vm_netfilter.bpf.o", TestObjects.bytes("vm_netfilter")));
  }

  @AfterEach
  void close() {
    object.close();
    kernel.close();
  }

  private int run(RunInput input) {
    return object.program("no_udp").run(input).returnValue();
  }

  private static RunInput input(byte[] packet, int hook, int family) {
    var state = new byte[48];
    state[0] = (byte) hook;
    state[1] = (byte) family;
    return RunInput.packet(packet).withContext(state);
  }

  private List<Long> told() {
    return List.of("hook", "family", "length", "protocol", "first", "l4").stream()
        .map(name -> object.variable(name).get())
        .toList();
  }

  private static byte[] framed(byte[] packet) {
    var frame = Arrays.copyOf(ETHERNET, ETHERNET.length + packet.length);
    System.arraycopy(packet, 0, frame, ETHERNET.length, packet.length);
    return frame;
  }

  @Test
  void aPacketByItselfLeavesThisMachine() {
    assertThat(run(RunInput.packet(UDP))).isZero();
    assertThat(told()).containsExactly(3L, 2L, 28L, 8L, 0x45L, 17L);
  }

  @Test
  void anotherProtocolIsAccepted() {
    var packet = UDP.clone();
    packet[9] = 6;

    assertThat(run(RunInput.packet(packet))).isEqualTo(1);
  }

  @Test
  void theHookIsThatOfTheContext() {
    assertThat(run(input(framed(UDP), INPUT, IPV4))).isZero();
    assertThat(told()).containsExactly(1L, 2L, 28L, 8L, 0x45L, 17L);
  }

  @Test
  void whatIsNoPacketOfTheHookIsRefused() {
    assertThat(errno(() -> run(RunInput.packet(new byte[19])))).isEqualTo(Errno.EINVAL);
    assertThat(errno(() -> run(input(framed(UDP), INPUT, IPV6)))).isEqualTo(Errno.EINVAL);
    assertThat(errno(() -> run(input(framed(UDP), INPUT, 3)))).isEqualTo(Errno.EINVAL);
    assertThat(errno(() -> run(input(UDP, INPUT, IPV4)))).isEqualTo(Errno.EINVAL);
    var arp = framed(UDP);
    arp[13] = 6;
    assertThat(errno(() -> run(input(arp, INPUT, IPV4)))).isEqualTo(Errno.EPROTO);
    arp[12] = (byte) 0x86;
    arp[13] = (byte) 0xdd;
    assertThat(errno(() -> run(input(arp, INPUT, IPV6)))).isEqualTo(Errno.EINVAL);
    assertThat(run(input(Arrays.copyOf(arp, 54), INPUT, IPV6))).isZero();
    assertThat(told()).startsWith(1L, 10L, 40L, 0xdd86L);
  }

  @Test
  void anyHookWillDo() {
    assertThat(run(input(framed(UDP), 200, IPV4))).isZero();
    assertThat(told()).startsWith(200L, 2L, 28L);
  }
}
