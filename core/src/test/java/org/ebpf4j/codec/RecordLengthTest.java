package org.ebpf4j.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// Records whose length is not that of their struct.
@SuppressWarnings({
  "ArrayRecordComponent",
  "UnusedMethod"
}) // C has arrays; codecs call constructors
final class RecordLengthTest {
  private static final Btf TYPES =
      ObjectSpec.read("records.bpf.o", TestObjects.bytes("records")).types().orElseThrow();

  private static <T> Codec<T> codec(Class<T> type, String struct) {
    return Codec.of(type, TYPES, TYPES.ids(struct)[0]);
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /// The record stands between others, which must not be read.
  private static <T> T read(Codec<T> codec, byte[] record) {
    var memory = new byte[record.length + 32];
    Arrays.fill(memory, (byte) 0x77);
    System.arraycopy(record, 0, memory, 16, record.length);
    return codec.read(MemorySegment.ofArray(memory), 16, record.length);
  }

  private static final byte[] LINE = hex("01000000 0b000000 68656c6c6f20776f726c64");

  record Line(int pid, int len, String text) {}

  record Raw(int pid, byte[] text) {}

  record Backwards(String text, int pid) {}

  @Test
  void aFlexibleArrayIsTheRestOfTheRecord() {
    assertThat(read(codec(Line.class, "line"), LINE)).isEqualTo(new Line(1, 11, "hello world"));
    assertThat(read(codec(Raw.class, "line"), LINE).text())
        .isEqualTo("hello world".getBytes(StandardCharsets.UTF_8));
    assertThat(read(codec(Backwards.class, "line"), LINE))
        .isEqualTo(new Backwards("hello world", 1));
    assertThat(codec(Line.class, "line").flexible()).isTrue();
  }

  @Test
  void aFlexibleArrayOfTextEndsAtItsFirstZero() {
    assertThat(read(codec(Line.class, "line"), hex("01000000 02000000 6869 00 7878")).text())
        .isEqualTo("hi");
    assertThat(read(codec(Raw.class, "line"), hex("01000000 02000000 6869 00 7878")).text())
        .hasSize(5);
  }

  @Test
  void aFlexibleArrayMayBeEmptyOrMissing() {
    var codec = codec(Line.class, "line");
    assertThat(read(codec, hex("01000000 00000000"))).isEqualTo(new Line(1, 0, ""));
    assertThat(read(codec, hex("01000000"))).isEqualTo(new Line(1, 0, ""));
    // Values of maps have a fixed size, and no room for elements.
    assertThat(codec.size()).isEqualTo(8);
    assertThat(codec.read(MemorySegment.ofArray(LINE), 0)).isEqualTo(new Line(1, 11, ""));
  }

  @Test
  void aFlexibleArrayIsNotWritten() {
    var codec = codec(Line.class, "line");
    var memory = MemorySegment.ofArray(new byte[8]);
    codec.write(memory, 0, new Line(1, 2, ""));
    assertThatThrownBy(() -> codec.write(memory, 0, new Line(1, 2, "text")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Line.text: a flexible array of 4 elements, which a value of a fixed size has no room"
                + " for");
  }

  record Frame(@U32 long line, @U16 int depth) {}

  record Stack(long time, @Member("frames") Frame[] frames) {}

  record Words(int count, @Member("frames") byte[] frames) {}

  private static final String STACK = "0500000000000000 02000000";
  private static final String FRAMES = "0a000000 0100 0300 14000000 0200 0400";

  @Test
  void aFlexibleArrayOfStructsHasThoseThatAreWhole() {
    var codec = codec(Stack.class, "stack");
    var two = read(codec, hex(STACK + FRAMES));
    assertThat(two.time()).isEqualTo(5);
    assertThat(two.frames()).containsExactly(new Frame(10, 1), new Frame(20, 2));
    assertThat(read(codec, hex(STACK + FRAMES + "1e0000")).frames()).hasSize(2);
    assertThat(read(codec, hex(STACK)).frames()).isEmpty();
    // It starts in the padding of the struct.
    assertThat(read(codec(Words.class, "stack"), hex(STACK + "01020304")).frames())
        .containsExactly(1, 2, 3, 4);
  }

  record Call(int pid, String args, long ended) {}

  record Bytes(int pid, byte[] args) {}

  @Test
  void aShorterRecordHasTheMembersThatAreThere() {
    var codec = codec(Call.class, "call");
    var record = hex("07000000 06000000 6c73202d6c00");
    assertThat(codec.reads(14)).isTrue();
    assertThat(read(codec, record)).isEqualTo(new Call(7, "ls -l", 0));
    assertThat(read(codec, hex("07000000 06000000 6c73"))).isEqualTo(new Call(7, "ls", 0));
    assertThat(read(codec, hex("07000000"))).isEqualTo(new Call(7, "", 0));
    assertThat(read(codec(Bytes.class, "call"), record).args())
        .hasSize(64)
        .startsWith('l', 's', ' ', '-', 'l', 0);
  }

  @Test
  void aLongerRecordHasNoMore() {
    var record = Arrays.copyOf(hex("07000000 06000000 6c73202d6c00"), 100);
    Arrays.fill(record, 80, 100, (byte) 1);
    assertThat(read(codec(Call.class, "call"), record)).isEqualTo(new Call(7, "ls -l", 0));
  }

  record Ended(long ended) {}

  @Test
  void anEndInsideANumberMeansNothing() {
    var codec = codec(Call.class, "call");
    assertThat(codec.reads(0)).isFalse();
    assertThat(codec.reads(3)).isFalse();
    assertThat(codec.reads(75)).isFalse();
    assertThat(codec.reads(72)).isTrue();
    assertThat(codec(Ended.class, "call").reads(72)).isFalse();
    assertThatThrownBy(() -> read(codec, hex("070000")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a record of 3 bytes ends inside a part of codec of ");
  }

  enum Level {
    LOW,
    HIGH
  }

  record Plain(@U32 long number, Level level, @Length(2) int[] pair) {}

  @Test
  void theRulesHoldWithoutTypes() {
    var codec = Codec.of(Plain.class);
    assertThat(read(codec, hex("01000000")).level()).isEqualTo(Level.LOW);
    assertThat(read(codec, hex("01000000 01000000 09000000")).pair()).containsExactly(9, 0);
    assertThat(codec.reads(13)).isFalse();
    assertThat(codec.reads(6)).isFalse();
  }
}
