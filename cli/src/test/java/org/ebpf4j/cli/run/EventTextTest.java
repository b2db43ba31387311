package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.text.CStructs;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// Events as lines and as JSON, whatever their length.
final class EventTextTest {
  private static final ObjectSpec SPEC = ObjectSpec.read(TestObjects.file("records"));

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static EventType type(String map) {
    return EventType.declared(SPEC, SPEC.map(map)).orElseThrow();
  }

  private static String json(String map, String hex) {
    var out = new StringWriter();
    try (var sink =
        new EventSink.Objects(new JsonList(new PrintWriter(out), true), java.util.List.of())) {
      sink.event(map, Optional.of(type(map)), hex(hex));
    }
    return out.toString();
  }

  @Test
  void shorterEventsHaveWhatIsThere() {
    var text = new EventText(type("calls"));
    assertThat(text.header())
        .isEqualTo("    PID ARGS_LEN ARGS                                      ENDED");
    assertThat(text.row(hex("07000000 06000000 6c73202d6c00")))
        .isEqualTo("      7        6 ls -l                                         -");
    assertThat(text.row(hex("07000000 0600")))
        .isEqualTo("      7        -                                               -");
    assertThat(json("calls", "07000000 06000000 6c73202d6c00"))
        .isEqualTo(
            "{\"map\":\"calls\",\"event\":{\"pid\":7,\"args_len\":6,\"args\":\"ls -l\",\"ended\":null}}\n");
  }

  private static EventText written(String c) {
    var read = CStructs.read("text", c, ByteOrder.LITTLE_ENDIAN);
    return new EventText(EventType.named(read.types(), read.structs().getLast()));
  }

  @Test
  void addressesAreWrittenByTheFamilyBesideThem() {
    var numbers = written("struct e { unsigned __int128 saddr; u32 daddr[4]; u16 family; };");
    var six = "fe80 0000 0000 0000 0000 0000 0000 0001";
    var four = "7f000001 ffffffff ffffffff ffffffff";
    assertThat(numbers.header()).isEqualTo("SADDR           DADDR           FAMILY");
    assertThat(numbers.row(hex(four + four + "0200")))
        .isEqualTo("127.0.0.1       127.0.0.1            2");
    assertThat(numbers.row(hex(six + four + "0a00")))
        .isEqualTo("fe80::1         7f00:1:ffff:ffff:ffff:ffff:ffff:ffff     10");
    var either =
        written(
            "struct e { union { u32 saddr_v4; u8 saddr_v6[16]; }; u8 ver; u32 addresses; char addr[4]; };");
    assertThat(either.header()).isEqualTo("SADDR_V4        SADDR_V6          VER ADDRESSES ADDR");
    assertThat(either.row(hex(four + "04000000 01000000 61620000")))
        .isEqualTo("127.0.0.1       -                   4         1 ab");
    assertThat(either.row(hex(six + "06000000 01000000 61620000")))
        .isEqualTo("-               fe80::1             6         1 ab");
  }

  @Test
  void addressesOfNoFamilyAreNumbers() {
    assertThat(written("struct e { u32 saddr; u16 family; };").row(hex("01000000 0000")))
        .isEqualTo("1                    0");
    assertThat(written("struct e { u32 saddr; };").row(hex("01000000"))).isEqualTo("      1");
    assertThat(written("struct e { u32 saddr; u16 family; };").row(hex("0100")))
        .isEqualTo("-                    -");
  }

  @Test
  void flexibleArraysAreTheRest() {
    assertThat(new EventText(type("lines")).row(hex("01000000 0b000000 68656c6c6f20776f726c64")))
        .isEqualTo("      1      11 hello world");
    assertThat(json("lines", "01000000 0b000000 68656c6c6f20776f726c64"))
        .isEqualTo(
            "{\"map\":\"lines\",\"event\":{\"pid\":1,\"len\":11,\"text\":\"hello world\"}}\n");
    assertThat(
            new EventText(type("stacks")).row(hex("0500000000000000 01000000 0a000000 0100 0300")))
        .isEqualTo("             5       1 { { .line = 10, .depth = 1, .flags = 3 } }");
  }

  @Test
  void bitFieldsAreShownByTheirTypes() {
    var builder = BtfBuilder.empty(ByteOrder.nativeOrder());
    var number = builder.add(new BtfType.Int("int", 4, 1, 0, 32));
    var state =
        builder.add(
            new BtfType.Enum("state", 4, false, false, List.of(new BtfType.Enumerator("UP", 2))));
    var id =
        builder.add(
            new BtfType.Struct(
                "bits",
                4,
                false,
                List.of(new Member("low", number, 0, 3), new Member("state", state, 3, 5))));
    var text = new EventText(new EventType(builder.build(), id, "bits", 4));
    assertThat(text.row(new byte[] {0b00010_111, 0, 0, 0})).isEqualTo("     -1 UP");
  }

  /// A struct whose members would be more columns than a line has becomes one.
  @Test
  void whatHasTooManyMembersIsOneColumn() {
    var builder = BtfBuilder.empty(ByteOrder.nativeOrder());
    var number = builder.add(new BtfType.Int("int", 4, 1, 0, 32));
    var inner = number;
    for (int i = 0; i < 40; i++) {
      var members = new ArrayList<Member>();
      for (int m = 0; m < 2; m++) {
        members.add(new Member(i == 0 ? "m" : "", inner, 0, 0));
      }
      inner = builder.add(new BtfType.Struct("", 4, false, members));
    }
    var id =
        builder.add(
            new BtfType.Struct(
                "bomb",
                8,
                false,
                List.of(new Member("pid", number, 0, 0), new Member("", inner, 32, 0))));
    var text = new EventText(new EventType(builder.build(), id, "bomb", 8));
    assertThat(text.header()).isEqualTo("BOMB");
  }
}
