package org.ebpf4j.btf.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.SectionVariable;
import org.ebpf4j.btf.BtfType.Struct;
import org.ebpf4j.btf.text.BtfValuePrinter.Style;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Values of hand-made types, and of a struct with a member of each kind that clang compiled.
final class BtfValuePrinterTest {
  private static final int SIGNED = 1;

  private final BtfBuilder builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
  private final int number = builder.add(new BtfType.Int("int", 4, SIGNED, 0, 32));
  private final int character = builder.add(new BtfType.Int("char", 1, SIGNED, 0, 8));
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

  private String print(int type, Style style, String hex) {
    var bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    return new BtfValuePrinter(builder.build(), order, style).print(type, bytes, 0);
  }

  private String c(int type, String hex) {
    return print(type, Style.LINE, hex);
  }

  private String json(int type, String hex) {
    return print(type, Style.JSON, hex);
  }

  private int struct(String name, long size, Member... members) {
    return builder.add(new Struct(name, size, false, List.of(members)));
  }

  private static Member member(String name, int type, long bitOffset) {
    return new Member(name, type, bitOffset, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, ff,                 255",
    "1, 1, ff,                 -1",
    "2, 0, 0102,               513",
    "4, 1, 00000080,           -2147483648",
    "4, 0, 00000080,           2147483648",
    "8, 0, ffffffffffffffff,   18446744073709551615",
    "8, 1, ffffffffffffffff,   -1",
    "3, 0, 010203,             197121",
    "16, 0, 00000000000000000100000000000000, 18446744073709551616",
    "16, 1, ffffffffffffffffffffffffffffffff, -1",
    "1, 4, 00,                 false",
    "1, 4, 02,                 true"
  })
  void printsNumbers(int size, int encoding, String hex, String text) {
    var type = builder.add(new BtfType.Int("i", size, encoding, 0, 8 * size));
    assertThat(c(type, hex)).isEqualTo(text);
    assertThat(json(type, hex)).isEqualTo(text);
  }

  @Test
  void printsNumbersOfTheOtherByteOrder() {
    order = ByteOrder.BIG_ENDIAN;
    assertThat(c(number, "00000102")).isEqualTo("258");
  }

  @Test
  void printsCharacters() {
    assertThat(c(character, "41")).isEqualTo("'A'");
    assertThat(c(character, "27")).isEqualTo("'\\''");
    assertThat(c(character, "22")).isEqualTo("'\"'");
    assertThat(c(character, "00")).isEqualTo("0");
    assertThat(c(character, "80")).isEqualTo("-128");
    assertThat(json(character, "41")).isEqualTo("65");
  }

  @Test
  void printsText() {
    var text = builder.add(new BtfType.Array(character, number, 8));
    assertThat(c(text, "6261736800ff0000")).isEqualTo("\"bash\"");
    assertThat(c(text, "6162636465666768")).isEqualTo("\"abcdefgh\"");
    assertThat(c(text, "0000000000000000")).isEqualTo("\"\"");
    assertThat(c(text, "22275c0a090d0100")).isEqualTo("\"\\\"'\\\\\\n\\t\\r\\x01\"");
    assertThat(json(text, "22275c0a090d0100")).isEqualTo("\"\\\"'\\\\\\n\\t\\r\\u0001\"");
    assertThat(c(text, "c3bc000000000000")).isEqualTo("\"ü\"");
    assertThat(json(text, "c3bc000000000000")).isEqualTo("\"ü\"");
    assertThat(c(text, "61ff7f0000000000")).isEqualTo("\"a\\xff\\x7f\"");
    assertThat(json(text, "61ff000000000000")).isEqualTo("\"a\ufffd\"");
  }

  private static final Btf RECORDS =
      Btf.read(
          ElfFile.read("records.bpf.o", TestObjects.bytes("records"))
              .section(".BTF")
              .orElseThrow()
              .data());

  private static String record(String struct, Style style, String hex) {
    return new BtfValuePrinter(RECORDS, ByteOrder.LITTLE_ENDIAN, style)
        .printRecord(RECORDS.ids(struct)[0], HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // The text ends where the record does.
        "call | 0700000006000000 6c73202d6c00"
            + " | {\"pid\":7,\"args_len\":6,\"args\":\"ls -l\",\"ended\":null}"
            + " | { .pid = 7, .args_len = 6, .args = \"ls -l\" }",
        "call | 0700000006000000"
            + " | {\"pid\":7,\"args_len\":6,\"args\":\"\",\"ended\":null}"
            + " | { .pid = 7, .args_len = 6 }",
        // A number that the end is in is missing.
        "call | 070000000600"
            + " | {\"pid\":7,\"args_len\":null,\"args\":\"\",\"ended\":null}"
            + " | { .pid = 7 }",
        "call | ``" + " | {\"pid\":null,\"args_len\":null,\"args\":\"\",\"ended\":null}" + " | {}",
        // The flexible array is the rest.
        "line | 010000000b000000 68656c6c6f20776f726c64"
            + " | {\"pid\":1,\"len\":11,\"text\":\"hello world\"}"
            + " | { .pid = 1, .len = 11, .text = \"hello world\" }",
        "line | 0100000000000000 | {\"pid\":1,\"len\":0,\"text\":\"\"}"
            + " | { .pid = 1, .len = 0 }",
        "stack | 050000000000000001000000 0a00000001000300 ffff"
            + " | {\"time\":5,\"count\":1,\"frames\":[{\"line\":10,\"depth\":1,\"flags\":3}]}"
            + " | { .time = 5, .count = 1, .frames = { { .line = 10, .depth = 1, .flags = 3 } } }",
        "stack | 0500000000000000 | {\"time\":5,\"count\":null,\"frames\":[]} | { .time = 5 }"
      })
  void printsRecordsAsFarAsTheyGo(String struct, String hex, String json, String c) {
    assertThat(record(struct, Style.JSON, hex)).isEqualTo(json);
    assertThat(record(struct, Style.LINE, hex)).isEqualTo(c);
  }

  @Test
  void recordsThatAreWholeArePrintedAsValues() {
    var hex = "0700000006000000" + "61".repeat(64) + "0100000000000000" + "ffff";
    assertThat(record("call", Style.JSON, hex))
        .isEqualTo("{\"pid\":7,\"args_len\":6,\"args\":\"" + "a".repeat(64) + "\",\"ended\":1}");
  }

  @Test
  void partsOfRecordsThatAreMissingSaySo() {
    var printer = new BtfValuePrinter(RECORDS, ByteOrder.LITTLE_ENDIAN, Style.LINE);
    var call = RECORDS.ids("call")[0];
    var u64 = RECORDS.ids("__u64")[0];
    assertThat(printer.printMember(call, u64, 8 * 72, 0, new byte[14])).isEqualTo("-");
    assertThat(printer.printMember(call, u64, 8 * 72, 0, new byte[80])).isEqualTo("0");
    assertThat(printer.printMember(call, u64, 3, 5, new byte[] {(byte) 0xff})).isEqualTo("31");
  }

  @Test
  void numbersThatHaveNoBitsAreRefused() {
    var none = builder.add(new BtfType.Int("none", 0, SIGNED, 0, 0));
    var wider = builder.add(new BtfType.Int("wider", 1, SIGNED, 0, 9));
    for (var type : List.of(none, wider)) {
      assertThatThrownBy(() -> c(type, "00000000")).isInstanceOf(MalformedObjectException.class);
    }
  }

  @Test
  void printsBytesAsNumbers() {
    var unsigned = builder.add(new BtfType.Int("unsigned char", 1, 0, 0, 8));
    var address = builder.add(new BtfType.Array(unsigned, number, 3));
    assertThat(c(address, "41ff00")).isEqualTo("{ 65, 255, 0 }");
    assertThat(json(address, "41ff00")).isEqualTo("[65,255,0]");
  }

  @Test
  void printsArraysOfArrays() {
    var row = builder.add(new BtfType.Array(character, number, 2));
    var rows = builder.add(new BtfType.Array(row, number, 2));
    assertThat(c(rows, "61006263")).isEqualTo("{ \"a\", \"bc\" }");
    assertThat(json(rows, "61006263")).isEqualTo("[\"a\",\"bc\"]");
    var none = builder.add(new BtfType.Array(number, number, 0));
    assertThat(c(none, "")).isEqualTo("{}");
    assertThat(json(none, "")).isEqualTo("[]");
  }

  @Test
  void printsEnumsByName() {
    var values = List.of(new Enumerator("NO", 0), new Enumerator("FAR", 0xffff_ffffL));
    var color = builder.add(new BtfType.Enum("e", 4, false, false, values));
    assertThat(c(color, "00000000")).isEqualTo("NO");
    assertThat(c(color, "ffffffff")).isEqualTo("FAR");
    assertThat(json(color, "ffffffff")).isEqualTo("\"FAR\"");
    assertThat(c(color, "07000000")).isEqualTo("7");
    assertThat(json(color, "07000000")).isEqualTo("\"7\"");
    var below = List.of(new Enumerator("BELOW", -2));
    var wide = builder.add(new BtfType.Enum("w", 8, true, true, below));
    assertThat(c(wide, "feffffffffffffff")).isEqualTo("BELOW");
    assertThat(c(wide, "fdffffffffffffff")).isEqualTo("-3");
    var small = builder.add(new BtfType.Enum("s", 1, true, false, below));
    assertThat(c(small, "fe")).isEqualTo("BELOW");
  }

  @Test
  void printsPointersAndRealNumbers() {
    var pointer = builder.add(new BtfType.Pointer(0));
    assertThat(c(pointer, "0010000000888fff")).isEqualTo("0xff8f880000001000");
    assertThat(json(pointer, "0000000000000000")).isEqualTo("\"0x0\"");
    var real = builder.add(new BtfType.Floating("double", 8));
    assertThat(c(real, "000000000000f83f")).isEqualTo("1.5");
    assertThat(json(real, "000000000000f83f")).isEqualTo("1.5");
    assertThat(c(real, "000000000000f8ff")).isEqualTo("NaN");
    assertThat(json(real, "000000000000f0ff")).isEqualTo("null");
    assertThat(c(builder.add(new BtfType.Floating("float", 4)), "0000203e")).isEqualTo("0.15625");
    var wide = builder.add(new BtfType.Floating("long double", 16));
    assertThat(c(wide, "01000000000000000000000000000080"))
        .isEqualTo("0x80000000000000000000000000000001");
  }

  @Test
  void takesPointersToBeAsLargeAsLong() {
    builder.add(new BtfType.Int("long int", 4, SIGNED, 0, 32));
    assertThat(c(builder.add(new BtfType.Pointer(0)), "ffffffff")).isEqualTo("0xffffffff");
  }

  @Test
  void printsStructsAndTheMembersOfThoseWithoutNames() {
    var inner =
        builder.add(
            new Struct("", 4, true, List.of(member("b", number, 0), member("c", character, 0))));
    var named = struct("n", 1, member("d", character, 0));
    var hidden = builder.add(new BtfType.Const(inner));
    var outer =
        struct("s", 12, member("a", number, 0), member("", hidden, 32), member("e", named, 64));
    assertThat(c(outer, "01000000 41000000 42000000"))
        .isEqualTo("{ .a = 1, .b = 65, .c = 'A', .e = { .d = 'B' } }");
    assertThat(json(outer, "01000000 41000000 42000000"))
        .isEqualTo("{\"a\":1,\"b\":65,\"c\":65,\"e\":{\"d\":66}}");
    var list = builder.add(new BtfType.Array(named, number, 2));
    var holder = struct("h", 4, member("list", list, 0), member("x", struct("empty", 0), 16));
    assertThat(print(holder, Style.INDENTED, "41420000"))
        .isEqualTo(
            """
            {
            \t.list = {
            \t\t{
            \t\t\t.d = 'A',
            \t\t},
            \t\t{
            \t\t\t.d = 'B',
            \t\t},
            \t},
            \t.x = {},
            }\
            """);
  }

  @Test
  void indentsMembersAndKeepsNumbersOfAnArrayOnALine() {
    var array = builder.add(new BtfType.Array(number, number, 2));
    var outer = struct("s", 12, member("a", number, 0), member("b", array, 32));
    assertThat(print(outer, Style.INDENTED, "01000000 02000000 03000000"))
        .isEqualTo("{\n\t.a = 1,\n\t.b = { 2, 3 },\n}");
  }

  /// `int a: 3; int b: 7; unsigned c: 22`, with the bits where each byte order has them.
  @Test
  void printsBitFields() {
    var unsigned = builder.add(new BtfType.Int("unsigned int", 4, 0, 0, 32));
    var color =
        builder.add(new BtfType.Enum("e", 4, false, false, List.of(new Enumerator("X", 5))));
    var bits =
        struct(
            "bits",
            8,
            new Member("a", number, 0, 3),
            new Member("b", number, 3, 7),
            new Member("c", unsigned, 10, 22),
            new Member("d", color, 32, 3));
    var packed = 5 | 0x3f << 3 | 0x155555 << 10;
    var little = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(packed).putInt(5);
    var text = "{ .a = -3, .b = 63, .c = 1398101, .d = X }";
    assertThat(c(bits, HexFormat.of().formatHex(little.array()))).isEqualTo(text);
    order = ByteOrder.BIG_ENDIAN;
    var mirrored = 5 << 29 | 0x3f << 22 | 0x155555;
    var big = ByteBuffer.allocate(8).putInt(mirrored).putInt(5 << 29);
    assertThat(c(bits, HexFormat.of().formatHex(big.array()))).isEqualTo(text);
  }

  @Test
  void printsBitFieldsOfTheOldKind() {
    var three = builder.add(new BtfType.Int("unsigned int", 4, 0, 2, 3));
    var old = struct("old", 4, member("a", three, 1));
    assertThat(c(old, "28000000")).isEqualTo("{ .a = 5 }");
  }

  @Test
  void printsTheVariablesOfASection() {
    var a = builder.add(new BtfType.Variable("a", number, 1));
    var b = builder.add(new BtfType.Variable("b", character, 1));
    var section =
        builder.add(
            new BtfType.DataSection(
                ".bss", 8, List.of(new SectionVariable(a, 0, 4), new SectionVariable(b, 4, 1))));
    assertThat(c(section, "0100000041000000")).isEqualTo("{ .a = 1, .b = 'A' }");
    assertThat(json(a, "01000000")).isEqualTo("1");
  }

  @Test
  void printsAStructWithAMemberOfEachKind() {
    var elf = ElfFile.read("t", TestObjects.bytes("core_types"));
    var types = Btf.read(elf.section(".BTF").orElseThrow().data());
    var bytes = ByteBuffer.allocate(160).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(8);
    bytes.putLong(77).put((byte) 1).put((byte) 'x').position(20);
    bytes.putInt(7).putInt(-2).position(32);
    bytes.putLong(0x1_0000_0002L).putLong(-0x1_0000_0002L);
    bytes.put(Arrays.copyOf("text".getBytes(StandardCharsets.UTF_8), 12)).putInt(3 | 9 << 3);
    bytes.putLong(0x1000).position(152);
    bytes.putDouble(0.5);
    var text =
        new BtfValuePrinter(types, ByteOrder.LITTLE_ENDIAN, Style.LINE)
            .print(types.ids("everything")[0], bytes.array(), 8);
    assertThat(text)
        .isEqualTo(
            "{ .total = 77, .yes = true, .letter = 'x', .color = GREEN, .sign = BELOW,"
                + " .wide = LARGE, .wide_sign = FAR_BELOW,"
                + " .either = { .number = 1954047348, .letters = \"text\" },"
                + " .low = 3, .high = 9, .unseen = 0x1000, .unseen_union = 0x0, .next = 0x0,"
                + " .callback = 0x0, .tagged = 0x0, .many = { { 0, 0, 0 }, { 0, 0, 0 } },"
                + " .real = 0.5 }");
  }

  @Test
  void rejectsTooFewBytes() {
    assertThatThrownBy(() -> c(number, "000000"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a value of 4 bytes at byte 0 does not fit into 3 bytes");
    var printer = new BtfValuePrinter(builder.build(), order, Style.LINE);
    for (var offset : new int[] {-1, 2, 5, 9, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> printer.print(number, new byte[5], offset))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(printer.print(number, new byte[5], 1)).isEqualTo("0");
  }

  private void rejects(int type, String message) {
    assertThatThrownBy(() -> c(type, "00".repeat(64)))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining(message);
  }

  @Test
  void rejectsTypesThatHaveNoValues() {
    rejects(0, "BTF type 0 has no size");
    rejects(builder.add(new BtfType.Forward("f", false)), "has no size");
    rejects(builder.add(new BtfType.Prototype(0, List.of())), "has no size");
    rejects(builder.add(new BtfType.DeclarationTag("t", number, -1)), "has no size");
    rejects(99, "BTF type id 99");
  }

  @Test
  void rejectsMembersOutsideTheValue() {
    rejects(struct("s", 4, member("a", number, 8 * 61)), "stands past the end");
    rejects(struct("s", 4, member("a", number, 0xffff_ffffL)), "stands past the end");
    var text = builder.add(new BtfType.Array(character, number, 65));
    rejects(struct("s", 4, member("a", text, 0)), "stands past the end");
    rejects(struct("s", 4, new Member("a", struct("", 0), 0, 3)), "the type of a bit field");
  }

  @Test
  void rejectsTypesThatContainThemselves() {
    var next = builder.typeCount();
    rejects(struct("s", 4, member("a", next, 0)), "nests more than 256 deep");
    var unnamed = builder.typeCount();
    rejects(struct("", 4, member("", unnamed, 0)), "nests more than 256 deep");
    var array = builder.typeCount();
    rejects(builder.add(new BtfType.Array(array, number, 1)), "a chain of more than 32 types");
  }

  @Test
  void rejectsTypesThatMultiply() {
    var inner = number;
    for (int i = 0; i < 60; i++) {
      inner = struct("", 4, member("a", inner, 0), member("b", inner, 0));
    }
    rejects(inner, "multiplies");
  }

  @Test
  void printsNoElementsThatTakeNoSpace() {
    var nothing = builder.add(new BtfType.Array(struct("empty", 0), number, 0xffff_ffffL));
    assertThat(c(nothing, "")).isEqualTo("{}");
  }

  @Test
  void printsWhatIsOfTheNetworkAsPeopleWriteIt() {
    var octet = builder.add(new BtfType.Int("unsigned char", 1, 0, 0, 8));
    var half = builder.add(new BtfType.Int("unsigned short", 2, 0, 0, 16));
    var be16 = builder.add(new BtfType.Typedef("__be16", half));
    var be32 = builder.add(new BtfType.Typedef("__be32", number));
    var octets = builder.add(new BtfType.Array(octet, number, 16));
    var in6 = struct("in6_addr", 16, member("octets", octets, 0));
    var in = struct("in_addr", 4, member("s_addr", be32, 0));
    var printer = new BtfValuePrinter(builder.build(), order, Style.LINE).withAddresses();
    var json = new BtfValuePrinter(builder.build(), order, Style.JSON).withAddresses();
    var four = HexFormat.of().parseHex("c0000207");
    assertThat(printer.print(be32, four, 0)).isEqualTo("192.0.2.7");
    assertThat(printer.print(in, four, 0)).isEqualTo("192.0.2.7");
    assertThat(json.print(in, four, 0)).isEqualTo("\"192.0.2.7\"");
    assertThat(printer.print(be16, HexFormat.of().parseHex("01bb"), 0)).isEqualTo("443");
    var addresses =
        Map.of(
            "00000000000000000000000000000000", "::",
            "00000000000000000000000000000001", "::1",
            "20010db8000000000000000000000001", "2001:db8::1",
            "20010db8000000010000000000000000", "2001:db8:0:1::",
            "20010db8000100020003000400050006", "2001:db8:1:2:3:4:5:6",
            "20010db8000000010000000000000006", "2001:db8:0:1::6",
            "00000000000000000000ffffc0000207", "192.0.2.7");
    addresses.forEach((bytes, text) ->
        assertThat(printer.print(in6, HexFormat.of().parseHex(bytes), 0)).isEqualTo(text));
    assertThat(new BtfValuePrinter(builder.build(), order, Style.LINE).print(in, four, 0))
        .startsWith("{ .s_addr = ");
  }
}
