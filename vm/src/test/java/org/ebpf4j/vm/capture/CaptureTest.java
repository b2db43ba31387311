package org.ebpf4j.vm.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Captures that are read, written, and damaged.
class CaptureTest {
  private static final byte[] FRAME =
      HexFormat.of().parseHex("0200000000010200000000020800" + "45aabbccdd");
  private static final byte[] OTHER = HexFormat.of().parseHex("0200000000010200000000020806");

  private static List<CapturedPacket> read(byte[] bytes) {
    try (var reader = CaptureReader.of("some.pcap", new ByteArrayInputStream(bytes))) {
      var packets = new ArrayList<CapturedPacket>();
      for (var packet = reader.next(); packet.isPresent(); packet = reader.next()) {
        packets.add(packet.get());
      }
      return packets;
    }
  }

  private static byte[] written(boolean blocks) {
    var bytes = new ByteArrayOutputStream();
    try (var writer = CaptureWriter.of("some", bytes, blocks)) {
      writer.write(1_700_000_000_123_456_789L, FRAME);
      writer.write(CapturedPacket.of(1_700_000_001_000_000_000L, OTHER));
    }
    return bytes.toByteArray();
  }

  /// A capture of one packet, as pcap has it.
  private static byte[] records(ByteOrder order, int magic, int linkType, byte[] packet) {
    var bytes = ByteBuffer.allocate(40 + packet.length).order(order);
    bytes.putInt(magic).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0);
    bytes.putInt(65_535).putInt(linkType);
    bytes.putInt(10).putInt(500).putInt(packet.length).putInt(packet.length + 100).put(packet);
    return bytes.array();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsWhatItWrites(boolean blocks) {
    var packets = read(written(blocks));

    assertThat(packets).hasSize(2);
    assertThat(packets.getFirst().nanos()).isEqualTo(1_700_000_000_123_456_789L);
    assertThat(packets.getFirst().bytes()).isEqualTo(FRAME);
    assertThat(packets.getFirst().length()).isEqualTo(FRAME.length);
    assertThat(packets.getLast().nanos()).isEqualTo(1_700_000_001_000_000_000L);
    assertThat(packets.getLast().frame()).isEqualTo(OTHER);
  }

  @ParameterizedTest
  @CsvSource({
    "LE, a1b2c3d4, 500000",
    "BE, a1b2c3d4, 500000",
    "LE, a1b23c4d, 500",
    "BE, a1b23c4d, 500"
  })
  void readsBothByteOrdersAndUnitsOfTime(String order, String magic, long fraction) {
    var bytes =
        records(
            order.equals("LE") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN,
            Integer.parseUnsignedInt(magic, 16),
            1,
            FRAME);

    var packet = read(bytes).getFirst();

    assertThat(packet.nanos()).isEqualTo(10_000_000_000L + fraction);
    assertThat(packet.length()).isEqualTo(FRAME.length + 100);
    assertThat(packet.bytes()).isEqualTo(FRAME);
  }

  @ParameterizedTest
  @CsvSource({
    "101, '', 45, 0800",
    "12, '', 60, 86dd",
    "228, '', 45, 0800",
    "229, '', 60, 86dd",
    "0, 02000000, 45, 0800",
    "108, 0000001e, 60, 86dd",
    "113, 00000001000602000000000100000800, 45, 0800",
    "276, 86dd000000000001000100060200000000010000, 60, 86dd"
  })
  void givesPacketsAnEthernetHeader(int linkType, String header, String content, String protocol) {
    var packet = HexFormat.of().parseHex(header + content);

    var frame =
        read(records(ByteOrder.LITTLE_ENDIAN, 0xa1b2c3d4, linkType, packet)).getFirst().frame();

    assertThat(HexFormat.of().formatHex(frame)).isEqualTo("00".repeat(12) + protocol + content);
  }

  @Test
  void namesALinkTypeThatProgramsCannotBeGiven() {
    assertThatThrownBy(() -> read(records(ByteOrder.LITTLE_ENDIAN, 0xa1b2c3d4, 105, FRAME)))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("some.pcap", "link type 105");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "3, 0", "10, 4", "30, 24", "41, 40"})
  void saysWhereAFileEnds(int length, long offset) {
    var bytes = Arrays.copyOf(records(ByteOrder.LITTLE_ENDIAN, 0xa1b2c3d4, 1, FRAME), length);

    assertThatThrownBy(() -> read(bytes))
        .isInstanceOfSatisfying(
            MalformedCaptureException.class,
            e -> {
              assertThat(e.offset()).isEqualTo(offset);
              assertThat(e.file()).isEqualTo("some.pcap");
            })
        .hasMessageContaining("some.pcap: at offset " + offset);
  }

  @Test
  void takesNoMemoryForASizeThatAFileOnlySays() {
    var bytes = records(ByteOrder.LITTLE_ENDIAN, 0xa1b2c3d4, 1, FRAME);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(32, Integer.MAX_VALUE);

    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(MalformedCaptureException.class)
        .hasMessageContaining("2147483647 were kept");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDamagedFileGivesNoOtherExceptions(boolean blocks) {
    var good = written(blocks);
    var random = new java.util.Random(1);
    for (int i = 0; i < 20_000; i++) {
      var bytes =
          Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
      for (int j = random.nextInt(4); j >= 0 && bytes.length > 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(read(bytes)).hasSizeLessThan(10);
      } catch (BpfException e) {
        assertThat(e.getMessage()).startsWith("some.pcap");
      }
    }
  }
}
