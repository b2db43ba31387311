package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.ebpf4j.BpfObject;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.Netfilter;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.vm.capture.CaptureReader;
import org.ebpf4j.vm.capture.CaptureWriter;
import org.ebpf4j.vm.packet.ContextFields;
import org.ebpf4j.vm.packet.PacketVerdict;
import org.ebpf4j.vm.packet.Redirect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Packets through programs of the virtual kernel.
class VirtualPacketsTest {
  private static final byte[] FRAME =
      HexFormat.of()
          .parseHex(
              "ffffffffffff0200000000010800"
                  + "4500002e1234400040110000c0a80001c0a80002"
                  + "03e80035001a111100112233445566778899aabbccddeeff0011");

  private VirtualKernel kernel;
  private BpfObject object;
  private VirtualPackets packets;

  @BeforeEach
  void load() {
    kernel = VirtualKernel.open();
    object = kernel.load(ObjectSpec.read("vm_packets.bpf.o", TestObjects.bytes("vm_packets")));
    packets = VirtualPackets.of(kernel);
  }

  @AfterEach
  void close() {
    object.close();
    kernel.close();
  }

  private void tell(long... args) {
    var memory = object.variable("args").memory();
    for (int i = 0; i < args.length; i++) {
      memory.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i, args[i]);
    }
  }

  @Test
  void aRedirectSaysWhereTo() {
    tell(3, 1);

    var result = packets.run(object.program("redirects"), FRAME);

    assertThat(result.verdict()).isEqualTo(PacketVerdict.REDIRECT);
    assertThat(result.redirect()).contains(new Redirect.ToDevice(3, true, false, false));
    assertThat(result.packet()).isEqualTo(FRAME);
  }

  @Test
  void aRefusedRedirectIsADrop() {
    tell(3, 2);

    var result = packets.run(object.program("redirects"), FRAME);

    assertThat(result.verdict()).isEqualTo(PacketVerdict.DROP);
    assertThat(result.redirect()).isEmpty();
  }

  @Test
  void metadataAndBytesComeBack() {
    tell(-8, -4, 2, 3);

    var result = packets.run(object.program("xdp_moves"), FRAME);

    assertThat(result.verdict()).isEqualTo(PacketVerdict.TRANSMIT);
    assertThat(result.packet()).hasSize(FRAME.length + 6);
    assertThat(result.metadata()).hasSize(8);
  }

  @Test
  void eachProgramSeesWhatTheOneBeforePassedOn() {
    var bytes = new ByteArrayOutputStream();
    try (var writer = CaptureWriter.of("some.pcap", bytes, false)) {
      writer.write(5, FRAME);
      writer.write(6, FRAME);
    }
    // The XDP program takes two bytes away, which the other then misses.
    tell(0, 0, -2, 2);
    var replayed = new ArrayList<VirtualPackets.Replayed>();
    try (var in = CaptureReader.of("some.pcap", new ByteArrayInputStream(bytes.toByteArray()))) {
      var count =
          packets.replay(
              List.of(object.program("xdp_moves"), object.program("fields")), in, replayed::add);

      assertThat(count).isEqualTo(2);
    }
    assertThat(replayed).hasSize(2);
    assertThat(replayed)
        .allSatisfy(one -> {
          assertThat(one.results()).hasSize(2);
          assertThat(one.results().getFirst().verdict()).isEqualTo(PacketVerdict.PASS);
          assertThat(one.frame()).hasSize(FRAME.length - 2);
          assertThat(one.isAlive()).isTrue();
        });
    assertThat(replayed.getLast().packet().nanos()).isEqualTo(6);
    assertThat(object.program("fields").statistics().runs()).isEqualTo(2);
  }

  @Test
  void netfilterSeesPacketsThatArrive() {
    var spec = ObjectSpec.read("vm_netfilter.bpf.o", TestObjects.bytes("vm_netfilter"));
    try (var filters = kernel.load(spec)) {
      var result = packets.run(filters.program("no_udp"), FRAME);

      assertThat(result.verdict()).isEqualTo(PacketVerdict.DROP);
      assertThat(result.packet()).isEqualTo(FRAME);
      assertThat(filters.variable("hook").get()).isZero();
      assertThat(filters.variable("length").get()).isEqualTo(FRAME.length - 14);

      var arp = FRAME.clone();
      arp[13] = 6;
      assertThat(packets.run(filters.program("no_udp"), arp).verdict())
          .isEqualTo(PacketVerdict.PASS);
      assertThat(filters.program("no_udp").statistics().runs()).isEqualTo(1);
    }
  }

  @Test
  void aHookOfNetfilterIsReached() {
    var spec = ObjectSpec.read("vm_netfilter.bpf.o", TestObjects.bytes("vm_netfilter"));
    var output = Netfilter.of(Netfilter.Family.IPV4, Netfilter.Hook.FORWARD);
    try (var filters = kernel.load(spec);
        var _ = filters.program("no_udp").attach(output.withPriority(5))) {
      var packet = Arrays.copyOfRange(FRAME, 14, FRAME.length);

      var results = kernel.fire(output, RunInput.packet(packet));

      assertThat(results).hasSize(1);
      assertThat(results.getFirst().returnValue()).isZero();
      assertThat(filters.variable("hook").get()).isEqualTo(2);
    }
  }

  @Test
  void refusesProgramsThatSeeNoFrames() {
    assertThatThrownBy(() -> packets.run(object.program("lookup"), FRAME))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining("'lookup' (sk_lookup) sees no packets");
  }

  @Test
  void contextsAreMadeByNamesOfFields() {
    var context =
        ContextFields.of("bpf_sk_lookup")
            .set("family", 2)
            .set("protocol", 6)
            .set("local_port", 80)
            .set("remote_ip4", 0x0100007fL)
            .set("remote_ip6[1]", 9);
    tell(1);

    var result = object.program("lookup").run(RunInput.context(context.bytes()));

    assertThat(result.returnValue()).isEqualTo(1);
    var out = object.variable("out").memory();
    assertThat(out.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, 0)).isEqualTo(2);
    assertThat(out.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, 2)).isEqualTo(0x0100007f);
    assertThat(out.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, 5)).isEqualTo(80);
    assertThat(out.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, 7)).isEqualTo(9);
    assertThat(ContextFields.of("bpf_sk_lookup", result.contextOut()).get("local_port"))
        .isEqualTo(80);
  }

  @Test
  void aFieldThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> ContextFields.of("__sk_buff").set("markk", 1))
        .hasMessageContaining("markk", "mark");
    assertThatThrownBy(() -> ContextFields.of("__sk_buff").set("cb[5]", 1))
        .hasMessageContaining("5 elements");
  }
}
