package org.ebpf4j.btf.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
        "struct e { char name[NAME_MAX + 1]; char comm[TASK_COMM_LEN]; } | name@0 comm@2048 = 272",
        "enum { LEN = 1 << 4, MORE }; struct e { char a[LEN]; char b[MORE - 7]; } | a@0 b@128 = 26",
        "struct k { u64 x; }; struct e { u8 raw[2 * sizeof(struct k)]; u8 p[sizeof(char *)]; } | raw@0 p@128 = 24",
        "struct e { u8 a[(3 + 1) * 2 - 10 / 5]; u8 b[0x10 ^ 1]; u8 c[5 > 4 ? 010 : 9]; } | a@0 b@48 c@184 = 31",
        "struct e { u8 a; u32 b; } __packed; | a@0 b@8 = 5",
        "enum big { SMALL, LARGE = 0x100000000 }; struct e { enum big b; u8 c; } | b@0 c@64 = 16",
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

  private static CStructs.Read read(String c, Map<String, String> headers) {
    return CStructs.read(
        "main.h",
        c,
        ByteOrder.LITTLE_ENDIAN,
        (_, path) -> Optional.ofNullable(headers.get(path)).map(h -> new CStructs.Header(path, h)));
  }

  @Test
  void headersThatAreIncludedGiveTypesAndNumbers() {
    var headers =
        Map.of(
            "path.h",
            """
            #ifndef PATH_H
            #define PATH_H
            #include "limits.h"
            struct path { char text[LENGTH * DEPTH]; unsigned int depth; };
            #endif
            """,
            "limits.h",
            "#pragma once\n#define LENGTH 255\n#define DEPTH 32\n");
    var read =
        read(
            """
            #include <linux/types.h>
            #include "path.h"
            #include "path.h"
            #include "limits.h"
            struct event { struct path name; int failed; };
            """,
            headers);

    assertThat(read.structs()).containsExactly("event");
    assertThat(layout(read.types(), "event")).isEqualTo("name@0 failed@65312 = 8168");
  }

  @Test
  void aTextWithoutStructsHasThoseOfItsHeaders() {
    assertThat(read("#include \"a.h\"\n", Map.of("a.h", "struct a { int x; };")).structs())
        .containsExactly("a");
  }

  /// As the text of a program sees them: what a compiler leaves out is no part of the layout.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "#ifdef __BPF__ | #else | a@0 = 4",
        "#ifndef __bpf__ | #else | b@0 = 8",
        "#if !(defined(__KERNEL__) && defined WIDE) | #else | a@0 = 4",
        "#if WIDE + 1 > 1 | #else | b@0 = 8",
        "#if 0 | #elif __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ | b@0 = 8",
        "#if 1 | #elif 1 / 0 | a@0 = 4",
      })
  void partsWhoseConditionDoesNotHoldAreLeftOut(String begin, String other, String layout) {
    var c = begin + "\nstruct e { u32 a; };\n" + other + "\nstruct e { u64 b; };\n#endif\n";

    assertThat(layout(read(c).types(), "e")).isEqualTo(layout);
  }

  @Test
  void macrosWithoutArgumentsAreReplaced() {
    var read =
        read(
            """
            #define WORD unsigned \\
                long /* of 64
                bits */
            #define HALF (WHOLE / 2) // of it
            #define WHOLE (sizeof(WORD) * 4)
            #define MEMBERS WORD w; char text[HALF];
            #define GONE 3
            #undef GONE
            enum { GONE = 5 };
            struct e { MEMBERS char more[GONE]; };
            """);

    assertThat(layout(read.types(), "e")).isEqualTo("w@0 text@64 more@192 = 32");
  }

  @Test
  void headersThatIncludeOneAnotherEnd() {
    var headers =
        Map.of("a.h", "#include \"b.h\"\n", "b.h", "#include \"a.h\"\nstruct b { u8 x; };");

    assertThat(read("#include \"a.h\"\nstruct e { struct b b; };", headers).structs())
        .containsExactly("e");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "#include \"none.h\"~struct e { struct p x; }; | main.h, line 2: the type of 'x' has no size here; main.h, line 1 includes \"none.h\", which is not there",
        "#include \"none.h\"~struct e { char x[N]; }; | main.h, line 2: expected a number, not 'N'; main.h, line 1 includes \"none.h\", which is not there",
        "#include \"none.h\"~struct e { what x; }; | main.h, line 2: there is no type 'what' here; main.h, line 1 includes \"none.h\", which is not there",
        "#include \"large.h\"~struct e { what x; }; | there is no type 'what' here; main.h, line 1 includes \"large.h\", which is passed over for its size",
        "#include \"bad.h\" | bad.h, line 2: there is no type 'what' here",
        "#define LEN(x) x~struct e { char x[LEN(3)]; }; | main.h, line 2: expected a number, not 'LEN'; it is a macro with arguments, which is not replaced",
        "#if 1~struct e { int x; }; | main.h, line 1: there is no #endif for this condition",
        "~#endif | main.h, line 2: #endif without #if",
        "#if VERSION(5, 1) > 3~#endif | main.h, line 1: what 'VERSION(...)' comes to is not known here",
        "#if 1 +~#endif | main.h, line 1: expected a number at the end",
        "#pragma pack(push, 1) | main.h, line 1: #pragma pack is not followed",
        "#include \"self0.h\" | more than 32 headers include one another",
      })
  void saysInWhichFileItGoesWrong(String c, String problem) {
    var headers = new HashMap<String, String>();
    headers.put("bad.h", "\nstruct bad { what x; };");
    headers.put("large.h", " ".repeat((1 << 20) + 1));
    for (int i = 0; i < 40; i++) {
      headers.put("self" + i + ".h", "#include \"self" + (i + 1) + ".h\"");
    }
    assertThatThrownBy(() -> read(c.replace('~', '\n'), headers))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void macrosThatGrowWithoutEndAreRefused() {
    var c = new StringBuilder("#define A0 x x\n");
    for (int i = 1; i < 30; i++) {
      c.append("#define A%d A%d A%d\n".formatted(i, i - 1, i - 1));
    }
    assertThatThrownBy(() -> read(c + "struct e { A29 };"))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining("its macros come to more than");
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
        "struct e { int x[1 / 0]; } | text, line 1: a division by zero",
        "struct e { int x[2 - 3]; } | text, line 1: -1 is no number of bytes, bits or elements",
        "struct e { int x[sizeof(struct f)]; } | text, line 1: sizeof names a type without a size",
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
        "#if 1\n",
        "#else",
        "#define x x x\nx",
        "struct e { int x[(",
        "enum { A = -",
        "enum { A = sizeof(enum {",
        "enum { A = sizeof(",
        "struct { int x[sizeof(",
        "struct __attribute__((aligned(sizeof(",
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
