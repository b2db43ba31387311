package org.ebpf4j.junit.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ebpf4j.BpfMap;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.BpfVariable;
import org.ebpf4j.RawMap;
import org.ebpf4j.RunInput;
import org.ebpf4j.junit.BpfTest;
import org.ebpf4j.junit.Map;
import org.ebpf4j.junit.Program;
import org.ebpf4j.junit.Variable;
import org.ebpf4j.program.Xdp;

/// Programs of XDP in Java do the same on the JVM, on the virtual kernel and on Linux.
@BpfTest(classes = XdpPrograms.class)
class XdpProgramsTest {
  private static final int FROM = 0x0a00_0001;
  private static final int TO = 0x0a01_0203;

  record Prefix(int length, int address) {}

  record Traffic(long packets, long bytes) {}

  private static int run(BpfProgram program, byte[] packet) {
    return program.run(RunInput.packet(packet)).returnValue();
  }

  @BpfTest
  void whatIsBlockedIsDroppedAndCounted(
      @Program("dropBlocked") BpfProgram program,
      @Map("blocked") BpfMap<XdpPrograms.Address, Long> blocked) {
    blocked.update(new XdpPrograms.Address(FROM), 0L);
    for (int i = 0; i < 3; i++) {
      assertThat(run(program, Packets.udp(FROM, TO, 53, 4))).isEqualTo(Xdp.DROP);
    }
    assertThat(run(program, Packets.udp(FROM + 1, TO, 53, 4))).isEqualTo(Xdp.PASS);
    assertThat(run(program, new byte[14])).isEqualTo(Xdp.PASS);
    assertThat(blocked.lookup(new XdpPrograms.Address(FROM))).hasValue(3L);
  }

  @BpfTest
  void theLongestPrefixDecides(
      @Program("byPrefix") BpfProgram program, @Map("routes") BpfMap<Prefix, Integer> routes) {
    routes.update(new Prefix(8, 0x0a), Xdp.DROP);
    routes.update(new Prefix(16, 0x010a), Xdp.TX);
    assertThat(run(program, Packets.udp(FROM, TO, 53, 4))).isEqualTo(Xdp.TX);
    assertThat(run(program, Packets.udp(FROM, 0x0a02_0000, 53, 4))).isEqualTo(Xdp.DROP);
    assertThat(run(program, Packets.udp(FROM, 0x0b02_0000, 53, 4))).isEqualTo(Xdp.PASS);
  }

  @BpfTest
  void packetsAreCountedByProtocol(
      @Program("byProtocol") BpfProgram program, @Map("traffic") BpfMap<Integer, Traffic> traffic) {
    run(program, Packets.udp(FROM, TO, 53, 4));
    run(program, Packets.udp(FROM, TO, 53, 10));
    assertThat(traffic.lookup(17)).hasValue(new Traffic(2, 28 + 4 + 28 + 10));
    assertThat(traffic.lookup(6)).isEmpty();
  }

  @BpfTest
  void aPacketIsSentBack(@Program("reflect") BpfProgram program) {
    var packet = Packets.udp(FROM, TO, 53, 4);
    var result = program.run(RunInput.packet(packet));
    assertThat(result.returnValue()).isEqualTo(Xdp.TX);
    assertThat(result.dataOut()).startsWith(2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1);
    assertThat(result.dataOut()).hasSize(packet.length).endsWith(packet[packet.length - 1]);
  }

  @BpfTest
  void aPacketLivesLess(
      @Program("decrementTtl") BpfProgram program, @Program("checksum") BpfProgram checksum) {
    var packet = Packets.udp(FROM, TO, 53, 4);
    var result = program.run(RunInput.packet(packet));
    assertThat(result.returnValue()).isEqualTo(Xdp.PASS);
    assertThat(result.dataOut()[22]).isEqualTo((byte) 63);
    assertThat(run(checksum, packet)).isZero();
    assertThat(run(checksum, result.dataOut())).isZero();
    packet[22] = 1;
    assertThat(run(program, packet)).isEqualTo(Xdp.DROP);
    assertThat(run(checksum, packet)).isNotZero();
    assertThat(run(checksum, new byte[20])).isEqualTo(0x1_0000);
  }

  @BpfTest
  void theVariableSaysThePort(
      @Program("dropPort") BpfProgram program,
      @Variable("port") BpfVariable port,
      @Variable("seen") BpfVariable seen) {
    assertThat(run(program, Packets.udp(FROM, TO, 53, 4))).isEqualTo(Xdp.DROP);
    assertThat(run(program, Packets.udp(FROM, TO, 54, 4))).isEqualTo(Xdp.PASS);
    port.set(54);
    assertThat(run(program, Packets.udp(FROM, TO, 54, 4))).isEqualTo(Xdp.DROP);
    assertThat(seen.get()).isEqualTo(3);
  }

  @BpfTest(set = "port=99")
  void aVariableIsSetBefore(@Program("dropPort") BpfProgram program) {
    assertThat(run(program, Packets.udp(FROM, TO, 99, 4))).isEqualTo(Xdp.DROP);
    assertThat(run(program, Packets.udp(FROM, TO, 53, 4))).isEqualTo(Xdp.PASS);
  }

  @BpfTest
  void lengthsAreCounted(
      @Program("histogram") BpfProgram program, @Map("lengths") BpfMap<Integer, Long> lengths) {
    assertThat(run(program, Packets.udp(FROM, TO, 53, 22))).isEqualTo(6);
    assertThat(run(program, Packets.udp(FROM, TO, 53, 100))).isEqualTo(7);
    assertThat(lengths.lookup(6)).hasValue(1L);
    assertThat(lengths.lookup(7)).hasValue(1L);
  }

  @BpfTest
  void addressesAreLearned(
      @Program("learn") BpfProgram program, @Map("macs") BpfMap<Integer, Long> macs) {
    var packet = Packets.udp(FROM, TO, 53, 22);
    // struct xdp_md: all of the packet, which came in by the loopback device.
    var context = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());
    context.putInt(4, packet.length).putInt(12, 1);
    program.run(RunInput.packet(packet).withContext(context.array()));
    assertThat(macs.lookup(1)).hasValue(0x0200_0000_0002L);
  }

  @BpfTest
  void exceptionsAreTheValueForFaults(@Program("faults") BpfProgram program, BpfObject object) {
    for (int kind = 0; kind < 4; kind++) {
      var packet = new byte[20];
      packet[0] = (byte) kind;
      packet[1] = kind == 1 ? 0 : (byte) 0xff;
      packet[2] = (byte) 0xff;
      assertThat(run(program, packet)).as("kind " + kind).isEqualTo(77);
    }
    var fine = new byte[20];
    fine[1] = 3;
    assertThat(run(program, fine)).isEqualTo(4);
    fine[0] = 1;
    assertThat(run(program, fine)).isEqualTo(33);
    assertThat(object.maps().stream().map(RawMap::name)).contains("blocked", "traffic");
  }
}
