package org.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BtfExtTest {
  private static final ElfFile CALLS = ElfFile.read("calls.o", TestObjects.bytes("core_calls"));
  private static final Btf TYPES = Btf.read(CALLS.section(".BTF").orElseThrow().data());

  private final byte[] bytes = CALLS.section(".BTF.ext").orElseThrow().data().copy();
  private final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

  private BtfExt read() {
    return BtfExt.read(FileBytes.of("t.o", bytes, ByteOrder.LITTLE_ENDIAN), TYPES);
  }

  private void rejects(String message) {
    assertThatThrownBy(this::read)
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining(message);
  }

  private int area(int field) {
    return buffer.getInt(4) + buffer.getInt(field);
  }

  @Test
  void tellsWhichFunctionStartsWhere() {
    assertThat(read().functions()).containsOnlyKeys(".text", "socket", "?socket", "tc");
    assertThat(functions("socket")).containsExactly("0 nested", "13 reversed");
    assertThat(functions(".text"))
        .containsExactly("0 outer", "7 middle", "22 unrelated", "27 deepest", "34 each");
    assertThat(functions("tc")).containsExactly("0 neighbour", "6 beside");
  }

  private List<String> functions(String section) {
    return read().functions().getOrDefault(section, List.of()).stream()
        .map(f -> f.slot() + " " + ((BtfType.Function) TYPES.type(f.type())).name())
        .toList();
  }

  @Test
  void tellsWhichLineAnInstructionCameFrom() {
    var lines = read().lines().getOrDefault("?socket", List.of());
    assertThat(lines.getFirst())
        .satisfies(line -> {
          assertThat(line.slot()).isZero();
          assertThat(line.file()).isEqualTo("./core_calls.bpf.c");
          assertThat(line.line()).isEqualTo(60);
          assertThat(line.column()).isEqualTo(20);
          assertThat(line.text()).isEqualTo("\tint sum = packet->len;");
          assertThat(line.describe()).isEqualTo("core_calls.bpf.c:60  int sum = packet->len;");
          assertThat(TYPES.string(line.fileOffset())).isEqualTo(line.file());
          assertThat(TYPES.string(line.textOffset())).isEqualTo(line.text());
        });
    assertThat(lines).extracting(LineInfo::slot).isSorted();
    assertThat(lines.getFirst().at(7).slot()).isEqualTo(7);
  }

  @Test
  void hasNoCoreRelocationsWhereNoneWereAskedFor() {
    assertThat(read().relocations()).isEmpty();
    assertThat(BtfExt.NONE.lines()).isEmpty();
  }

  @Test
  void takesAHeaderFromBeforeCoreRelocations() {
    buffer.putInt(4, 24).putInt(8, buffer.getInt(8) + 8).putInt(16, buffer.getInt(16) + 8);
    assertThat(read().functions()).containsKey("socket");
    assertThat(read().relocations()).isEmpty();
  }

  @Test
  void rejectsAnotherMagicNumber() {
    buffer.putShort(0, (short) 0x9feb);
    rejects("t.o, offset 0x0: not BTF: magic 0x9feb, where 0xeb9f was expected");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 23})
  void rejectsAHeaderThatIsTooShort(int length) {
    buffer.putInt(4, length);
    rejects("offset 0x4: a header of " + length + " bytes, where at least 24 were expected");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
  void rejectsAHeaderBeyondTheEnd(int length) {
    buffer.putInt(4, length);
    rejects("the header of .BTF.ext of " + Integer.toUnsignedString(length) + " bytes at 0x0");
  }

  @ParameterizedTest
  @CsvSource({"8", "12", "16", "20"})
  void rejectsAreasBeyondTheEnd(int field) {
    for (var value : new int[] {100_000, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
      buffer.putInt(field, value);
      rejects("does not fit into " + bytes.length + " bytes");
    }
  }

  @ParameterizedTest
  @CsvSource({"8,7,8", "16,15,16", "8,0,8"})
  void rejectsRecordsThatAreTooShort(int field, int size, int minimum) {
    buffer.putInt(area(field), size);
    rejects("records of " + size + " bytes, where at least " + minimum + " were expected");
  }

  @Test
  void takesLongerRecordsOfLaterCompilers() {
    var record = ByteBuffer.allocate(32 + 4 + 8 + 12).order(ByteOrder.LITTLE_ENDIAN);
    record.putShort(0, (short) 0xeb9f).put(2, (byte) 1).putInt(4, 32).putInt(12, 24);
    record.putInt(32, 12).putInt(40, 1).putInt(44, 16).putInt(48, 3);
    var ext = BtfExt.read(FileBytes.of("t.o", record.array(), record.order()), TYPES);
    assertThat(ext.functions().get("")).containsExactly(new FunctionInfo(2, 3));
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 0x1000_0000, 0x2000_0000, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
  void rejectsMoreRecordsThanThereAreBytes(int count) {
    buffer.putInt(area(16) + 8, count);
    rejects("the records of section ");
  }

  @Test
  void rejectsRecordsSoLargeThatTheirNumberOverflows() {
    buffer.putInt(area(16), -1).putInt(area(16) + 8, -1);
    rejects("the records of section ");
  }

  @Test
  void rejectsAPlaceWithinAnInstruction() {
    var at = area(8) + 12;
    buffer.putInt(at, 12);
    rejects("offset 0x" + Integer.toHexString(at) + ": instruction offset 12 is no multiple of 8");
  }

  @Test
  void rejectsAStringThatIsNotThere() {
    buffer.putInt(area(16) + 4, 0x0fff_ffff);
    rejects("past the end of the string table");
  }
}
