package org.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Struct;
import org.ebpf4j.btf.text.BtfValuePrinter;
import org.ebpf4j.btf.text.CDeclarations;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.MalformedObjectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Small files whose records share a long string: what they name would take gigabytes.
final class SharedStringsTest {
  private static final String LONG = "a".repeat(60_000);
  private static final String TOO_MUCH = "name more text than such a file can have";

  private final BtfBytes btf = new BtfBytes();
  private final int name = btf.string(LONG);

  private static void rejects(ThrowingCallable reading) {
    assertThatThrownBy(reading)
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining(TOO_MUCH);
  }

  @ParameterizedTest
  @CsvSource({"4,3", "5,3", "6,2", "13,2", "19,3"})
  void rejectsElementsThatShareALongName(int kind, int words) {
    btf.rawType(0, Kind.INT << 24, 4, 32);
    var elements = new int[5_000 * words];
    for (int i = 0; i < elements.length; i += words) {
      elements[i] = name + i % 50_000;
      elements[i + 1] = 1;
    }
    btf.rawType(0, kind << 24 | 5_000, kind == Kind.PROTOTYPE ? 1 : 4, elements);
    rejects(btf::read);
  }

  @Test
  void rejectsASectionThatNamesOneVariableAgainAndAgain() {
    btf.rawType(0, Kind.INT << 24, 4, 32).rawType(name, Kind.VARIABLE << 24, 1, 1);
    var entries = new int[3 * 5_000];
    for (int i = 0; i < entries.length; i += 3) {
      entries[i] = 2;
      entries[i + 2] = 4;
    }
    btf.rawType(0, Kind.DATA_SECTION << 24 | 5_000, 4, entries);
    rejects(btf::read);
  }

  @Test
  void rejectsLinesThatAreOfLongTexts() {
    var types = btf.rawType(0, Kind.INT << 24, 4, 32).read();
    var count = 5_000;
    var records = ByteBuffer.allocate(36 + 16 * count).order(ByteOrder.LITTLE_ENDIAN);
    records.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
    records.putInt(0).putInt(0).putInt(0).putInt(12 + 16 * count);
    records.putInt(16).putInt(name + 59_000).putInt(count);
    for (int i = 0; i < count; i++) {
      records.putInt(8 * i).putInt(name + i).putInt(name + 2 * i).putInt(1 << 10);
    }
    rejects(() -> read(records.array(), types));
  }

  /// As in real files, where many lines are of one file.
  @Test
  void readsLinesThatShareOneTextOnce() {
    var types = btf.rawType(0, Kind.INT << 24, 4, 32).read();
    var count = 5_000;
    var records = ByteBuffer.allocate(36 + 16 * count).order(ByteOrder.LITTLE_ENDIAN);
    records.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
    records.putInt(0).putInt(0).putInt(0).putInt(12 + 16 * count);
    records.putInt(16).putInt(name + 59_999).putInt(count);
    for (int i = 0; i < count; i++) {
      records.putInt(8 * i).putInt(name).putInt(name).putInt(1 << 10);
    }
    var lines = read(records.array(), types).lines().getOrDefault("a", List.of());
    assertThat(lines).hasSize(count);
    assertThat(lines).allSatisfy(line -> assertThat(line.text()).isSameAs(lines.getFirst().text()));
    assertThat(lines.getFirst().text()).isEqualTo(LONG);
  }

  private static BtfExt read(byte[] records, Btf types) {
    return BtfExt.read(FileBytes.of("t.o", records, ByteOrder.LITTLE_ENDIAN), types);
  }

  @ParameterizedTest
  @EnumSource(BtfValuePrinter.Style.class)
  void rejectsValuesWhoseElementsRepeatALongName(BtfValuePrinter.Style style) {
    var builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    var character = builder.add(new BtfType.Int("char", 1, 1, 0, 8));
    var members = List.of(new Member(LONG, character, 0, 0));
    var struct = builder.add(new Struct("", 1, false, members));
    var array = builder.add(new BtfType.Array(struct, character, 60_000));
    var printer = new BtfValuePrinter(builder.build(), ByteOrder.LITTLE_ENDIAN, style);
    assertThatThrownBy(() -> printer.print(array, new byte[60_000], 0))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("multiplies");
    assertThat(printer.print(struct, new byte[1], 0)).contains(LONG);
  }

  @Test
  void rejectsCThatRepeatsALongName() {
    var builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    var inner = builder.add(new BtfType.Int("int", 4, 1, 0, 32));
    for (int i = 0; i < 14; i++) {
      var members = Arrays.asList(new Member(LONG, inner, 0, 0), new Member("b", inner, 0, 0));
      inner = builder.add(new Struct("", 4, true, members));
    }
    var outer = builder.add(new BtfType.Typedef("t", inner));
    var declarations = new CDeclarations(builder.build());
    assertThatThrownBy(() -> declarations.definition(outer))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("multiplies");
  }
}
