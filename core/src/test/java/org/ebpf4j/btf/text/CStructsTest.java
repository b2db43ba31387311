package org.ebpf4j.btf.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.stream.Collectors;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CStructsTest {
  private static CStructs.Read read(String c) {
    return CStructs.read("text", c, ByteOrder.LITTLE_ENDIAN);
  }

  /// `pid@0 ports@32 low@224:4 = 32`: the members' places in bits, and the size.
  private static String layout(Btf types, String name) {
    for (var id : types.ids(name)) {
      if (types.type(id) instanceof BtfType.Struct struct) {
        return struct.members().stream()
            .map(m -> m.name() + "@" + m.bitOffset() + (m.bits() == 0 ? "" : ":" + m.bits()))
            .collect(Collectors.joining(" ", "", " = " + struct.size()));
      }
    }
    throw new AssertionError("no struct " + name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "struct e { u32 pid; char comm[16]; } | pid@0 comm@32 = 20",
        "struct e { __u8 a; __u64 b; short c; }; | a@0 b@64 c@128 = 24",
        "struct e { uint8_t a; uint64_t b; } __attribute__((packed)); | a@0 b@8 = 9",
        "struct __attribute__((packed)) e { u8 a; u32 b; } | a@0 b@8 = 5",
        "struct e { u32 a; } __attribute__((aligned(16))); | a@0 = 16",
        "struct e { unsigned a : 3, b : 30; int c : 2; u8 d; } | a@0:3 b@32:30 c@62:2 d@64 = 12",
        "struct e { u8 a : 4; u8 : 0; u8 b : 4; } | a@0:4 b@8:4 = 2",
        "struct e { struct { u16 x, y; }; union { u64 big; u8 raw[3]; } u; } | @0 u@64 = 16",
        "struct e { struct in6_addr addr; __be16 port; } | addr@0 port@128 = 20",
        "struct e { const char *name; void (*call)(int, long); u8 more[]; } | name@0 call@64 more@128 = 16",
        "enum k { A, B = 7 }; struct e { enum k kind; _Bool yes; long long big; } | kind@0 yes@32 big@64 = 16",
        "typedef struct { u32 a; } inner_t; struct e { inner_t i[2]; unsigned long n; } | i@0 n@64 = 16",
        "struct e { uid_t u; loff_t o; dev_t d; ssize_t n; } | u@0 o@64 d@128 n@192 = 32",
        "struct e { u8 a; unsigned __int128 b; __int128 c; } | a@0 b@128 c@256 = 48",
        "struct e { int grid[2][3]; signed char c; } | grid@0 c@192 = 28",
      })
  void membersStandWhereCPutsThem(String c, String layout) {
    assertThat(layout(read(c).types(), "e")).isEqualTo(layout);
  }

  @Test
  void aHeaderIsReadWithItsCommentsAndNumbers() {
    var read =
        read(
            """
            #ifndef __EVENT_H
            #include <linux/types.h>
            #define NAME_LEN 16 /* as TASK_COMM_LEN */
            #define BIG (0x20)
            // struct not { int here; };
            static inline int twice(int x) { return 2 * x; }
            extern int counter;
            struct first { char name[NAME_LEN]; };
            struct second {
              struct first first;
              unsigned char data[BIG];
            };
            #endif
            """);

    assertThat(read.structs()).containsExactly("first", "second");
    assertThat(layout(read.types(), "second")).isEqualTo("first@0 data@128 = 48");
  }

  /// The same struct, as a compiler laid it out.
  @Test
  void agreesWithClang() {
    var c =
        """
        struct cfg {
          int pid; __u16 ports[4]; _Bool on; char name[7];
          struct { int deep; } inner;
          union { int either; __u8 bytes[4]; };
          __u32 low : 4;
        };
        """;
    var clang = ObjectSpec.read("settings", TestObjects.bytes("settings")).types().orElseThrow();

    assertThat(layout(read(c).types(), "cfg")).isEqualTo(layout(clang, "cfg"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "struct e { what x; } | text, line 1: there is no type 'what' here",
        "struct e { int x | text, line 1: expected ';' at the end",
        "struct e { int x[y]; } | text, line 1: expected a number, not 'y'",
        "struct e { struct f x; } | text, line 1: the type of 'x' has no size here",
        "struct e { u8 x : 9; } | text, line 1: 'x' has more bits than its type",
        "struct e { void x; } | text, line 1: the type of 'x' has no size here",
        "struct e { int 3; } | text, line 1: expected a name, not '3'",
        "struct e { int x[99999999][99999999]; } | 'x' is too large",
        "struct e { int x; } __attribute__((aligned(3))); | nothing can be aligned to 3 bytes",
        "enum e { A B }; | expected ',' or '}', not 'B'",
        "enum e { | expected a name at the end",
      })
  void saysWhereItIsNoStruct(String c, String problem) {
    assertThatThrownBy(() -> read(c))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "struct a{",
        "struct {",
        "*",
        "/*",
        "__attribute__((",
        "typedef int x[0];",
        "int f(){",
        "#define x \\",
        "("
      })
  void oddTextsEnd(String part) {
    try {
      read(part.repeat(20_000));
    } catch (BpfException e) {
      assertThat(e).hasMessageStartingWith("text");
    }
  }
}
