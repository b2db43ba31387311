package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.vm.internal.map.Values;
import org.ebpf4j.vm.packet.PacketResult;
import org.ebpf4j.vm.packet.PacketVerdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Packets that are sent to entries of maps of devices and CPUs, whose programs see them there.
/// What those may say is what `dev_map_bpf_prog_run` and `cpu_map_bpf_prog_run_xdp` of Linux take.
class RedirectedPacketsTest {
  private static final byte[] FRAME = new byte[60];

  private VirtualKernel kernel;
  private BpfObject object;

  @BeforeEach
  void load() {
    kernel = VirtualKernel.open();
    object = kernel.load(ObjectSpec.read("vm_redirects.bpf.o", TestObjects.bytes("vm_redirects")));
  }

  @AfterEach
  void close() {
    object.close();
    kernel.close();
  }

  private void put(String map, int key, int target, String program) {
    var number = ((VirtualProgram) object.program(program)).number();
    var value = new byte[8];
    System.arraycopy(Values.u32(target), 0, value, 0, 4);
    System.arraycopy(Values.u32(number), 0, value, 4, 4);
    object.map(map).update(Values.u32(key), value);
  }

  private PacketResult run(String program, long key, long flags, int entrySays) {
    object.variable("key").set(key);
    object.variable("flags").set(flags);
    object.variable("entry_says").set(entrySays);
    object.variable("count").set(0);
    return VirtualPackets.of(kernel).run(object.program(program), FRAME);
  }

  /// What the program of an entry was told in a run: devices, CPU, length, metadata.
  private List<Integer> seen(int index) {
    var all = new ArrayList<Integer>();
    var memory = object.variable("seen").memory();
    for (int i = 0; i < 5; i++) {
      all.add(memory.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, 5L * index + i));
    }
    return all;
  }

  @Test
  void theProgramOfADeviceSeesThePacketThatGoesOutThere() {
    put("devices", 7, 3, "on_device");

    var result = run("to_device", 7, 0, 2);

    assertThat(result.verdict()).isEqualTo(PacketVerdict.REDIRECT);
    assertThat(result.entries()).hasSize(1);
    assertThat(seen(0).get(0)).isZero();
    assertThat(seen(0).get(1)).isEqualTo(3);
    assertThat(seen(0).subList(3, 5)).containsExactly(58, 4);
    assertThat(result.isAlive()).isTrue();
    assertThat(result.packet()[0]).as("as the first program left it").isZero();
    assertThat(result.sent()[0]).as("as that of the entry left it").isEqualTo((byte) 3);
  }

  @Test
  void theProgramOfADeviceMayDropThePacket() {
    put("devices", 7, 3, "on_device");

    assertThat(run("to_device", 7, 0, 1).isAlive()).isFalse();
    for (int no : new int[] {0, 3, 4, 9}) {
      var result = run("to_device", 7, 0, no);
      assertThat(result.entries().getFirst().verdict()).isEqualTo(PacketVerdict.ABORTED);
      assertThat(result.isAlive()).isFalse();
    }
  }

  @Test
  void aBroadcastIsSeenByTheProgramOfEachDevice() {
    put("devices", 1, 11, "on_device");
    put("devices", 2, 12, "on_device");
    object.map("devices").update(Values.u32(3), new byte[] {13, 0, 0, 0, 0, 0, 0, 0});

    var result = run("to_device", 0, 8, 2);

    assertThat(result.entries())
        .extracting(entry -> entry.packet()[0])
        .containsExactly((byte) 11, (byte) 12);
    assertThat(seen(1).get(1)).isEqualTo(12);
  }

  @Test
  void anEntryWithoutAProgramIsOnlyTold() {
    object.map("devices").update(Values.u32(3), new byte[] {13, 0, 0, 0, 0, 0, 0, 0});

    var result = run("to_device", 3, 0, 1);

    assertThat(result.entries()).isEmpty();
    assertThat(result.isAlive()).isTrue();
    assertThat(object.variable("count").get()).isZero();
  }

  @Test
  void theProgramOfACpuRunsOnIt() {
    put("cpus", 2, 64, "on_cpu");

    var result = run("to_cpu", 2, 0, 2);

    assertThat(seen(0)).containsExactly(0, 0, 2, 60, 0);
    assertThat(result.isAlive()).isTrue();
    assertThat(run("to_cpu", 2, 0, 3).isAlive()).as("XDP_TX is nothing there").isFalse();
  }

  @Test
  void aPacketThatGoesFromCpuToCpuComesToAnEnd() {
    put("cpus", 2, 64, "on_cpu");
    put("cpus", 3, 64, "on_cpu");

    var result = run("to_cpu", 2, 0, 4);

    assertThat(result.entries().getFirst().verdict()).isEqualTo(PacketVerdict.REDIRECT);
    assertThat(seen(1).get(2)).isEqualTo(3);
    assertThat(object.variable("count").get()).isEqualTo(16);
  }

  /// The object whose entries drop packets on Linux, too (`XdpMapsTest`).
  @Test
  void entriesThatDropCountEachPacket() {
    var packet =
        HexFormat.of()
            .parseHex(
                "ffffffffffff0200000000010800"
                    + "4500002e1234400040110000c0a80001c0a80002"
                    + "03e81092001a111100112233445566778899aabbccddeeff0011");
    try (var drops = kernel.load(ObjectSpec.read(TestObjects.file("attach/xdp_maps")))) {
      entry(drops, "devices", drops.program("on_device"));
      entry(drops, "cpus", drops.program("on_cpu"));
      for (var program : List.of("to_device", "to_cpu")) {
        assertThat(VirtualPackets.of(kernel).run(drops.program(program), packet).isAlive())
            .isFalse();
      }
      for (int place = 0; place < 2; place++) {
        assertThat(drops.map("counts").lookup(Values.u32(place)))
            .hasValueSatisfying(value -> assertThat(Values.u32(value)).isEqualTo(1));
      }
    }
  }

  private static void entry(BpfObject object, String map, BpfProgram program) {
    var value = new byte[8];
    value[0] = 1;
    System.arraycopy(Values.u32(((VirtualProgram) program).number()), 0, value, 4, 4);
    object.map(map).update(Values.u32(0), value);
  }
}
