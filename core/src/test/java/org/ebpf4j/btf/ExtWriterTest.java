package org.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is written is read again as what it was.
final class ExtWriterTest {
  @ParameterizedTest
  @ValueSource(strings = {"core_calls", "core_big_endian", "code_exception"})
  void recordsOfObjectsSurvive(String object) {
    var elf = ElfFile.read(object, TestObjects.bytes(object));
    var types = Btf.read(elf.section(".BTF").orElseThrow().data());
    var records = BtfExt.read(elf.section(".BTF.ext").orElseThrow().data(), types);
    assertThat(records.lines()).isNotEmpty();

    var builder = BtfBuilder.copyOf(types);
    var bytes = records.toBytes(builder);
    var again = BtfExt.read(FileBytes.of("again", bytes, types.order()), builder.build());

    assertThat(again).isEqualTo(records);
  }

  @Test
  void stringsAreAddedToNewTypes() {
    var builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    var line = LineInfo.of(builder, 3, "Firewall.java", "return DROP;", 41, 5);
    var relocation = new CoreRelocation(2, 1, "0:1", 0);
    var records =
        new BtfExt(
            Map.of("xdp", List.of(new FunctionInfo(0, 7))),
            Map.of("xdp", List.of(line)),
            Map.of("xdp", List.of(relocation)));
    var bytes = records.toBytes(builder);
    assertThat(BtfExt.read(FileBytes.of("t", bytes, builder.order()), builder.build()))
        .isEqualTo(records);
  }

  @Test
  void equalRecordsGiveEqualBytes() {
    var line = new LineInfo(0, "a.c", "x", 1, 1, 0, 0);
    var first = new BtfExt(Map.of(), Map.of("b", List.of(line), "a", List.of(line)), Map.of());
    var second = new BtfExt(Map.of(), Map.of("a", List.of(line), "b", List.of(line)), Map.of());
    assertThat(first.toBytes(BtfBuilder.empty(ByteOrder.BIG_ENDIAN)))
        .isEqualTo(second.toBytes(BtfBuilder.empty(ByteOrder.BIG_ENDIAN)));
  }

  @Test
  void rejectsWhatTheFormatCannotHold() {
    var builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    var far = new LineInfo(0, "a.c", "x", 1 << 22, 1, 0, 0);
    assertThatThrownBy(() -> of("xdp", far).toBytes(builder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a.c: line 4194304, column 1")
        .hasMessageContaining("4194303 and 1023");
    assertThatThrownBy(
            () -> new BtfExt(Map.of("xdp", List.of()), Map.of(), Map.of()).toBytes(builder))
        .hasMessageContaining("section xdp without a record");
  }

  private static BtfExt of(String section, LineInfo line) {
    return new BtfExt(Map.of(), Map.of(section, List.of(line)), Map.of());
  }
}
