package org.ebpf4j.junit.programs;

import static org.assertj.core.api.Assertions.assertThat;

import org.ebpf4j.BpfMap;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.RunInput;
import org.ebpf4j.junit.BpfTest;
import org.ebpf4j.junit.Map;
import org.ebpf4j.junit.Program;

/// Programs of the socket layer in Java do the same on the JVM, on the virtual kernel and on Linux.
@BpfTest(classes = SocketPrograms.class)
class SocketProgramsTest {
  private static int run(BpfProgram program, byte[] packet) {
    return program.run(RunInput.packet(packet)).returnValue();
  }

  private static byte[] packet(int payload) {
    return Packets.udp(0x0a00_0001, 0x0a00_0002, 777, payload);
  }

  @BpfTest
  void longPacketsAreDropped(@Program("dropLong") BpfProgram program) {
    assertThat(run(program, packet(58))).isEqualTo(SocketPrograms.OK);
    assertThat(run(program, packet(59))).isEqualTo(SocketPrograms.SHOT);
  }

  @BpfTest
  void protocolsAreCounted(
      @Program("countProtocols") BpfProgram program,
      @Map("protocols") BpfMap<Integer, Long> counts) {
    run(program, packet(4));
    run(program, packet(4));
    assertThat(counts.lookup(0x0800)).hasValue(2L);
  }

  @BpfTest
  void aMarkIsThePort(@Program("mark") BpfProgram program) {
    assertThat(run(program, packet(4))).isEqualTo(777);
  }

  @BpfTest
  void bytesAreWrittenAndRead(@Program("store") BpfProgram program) {
    var result = program.run(RunInput.packet(packet(4)));
    assertThat(result.returnValue()).isEqualTo(5);
    assertThat(result.dataOut()).containsSequence(1, 2, 3, 4);
    assertThat(run(program, new byte[18])).isEqualTo(51);
  }

  @BpfTest
  void aSocketTakesTcpOnly(@Program("tcpOnly") BpfProgram program) {
    var packet = packet(4);
    assertThat(run(program, packet)).isZero();
    packet[23] = 6;
    assertThat(run(program, packet)).isEqualTo(64);
  }

  @BpfTest
  void aCgroupSendsSmallPackets(@Program("smallOnly") BpfProgram program) {
    assertThat(run(program, packet(32))).isEqualTo(1);
    assertThat(run(program, packet(33))).isZero();
  }
}
