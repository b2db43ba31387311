package org.ebpf4j.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.ebpf4j.codec.BtfCodecTest.BTF;
import static org.ebpf4j.codec.BtfCodecTest.codec;
import static org.ebpf4j.codec.BtfCodecTest.id;
import static org.ebpf4j.codec.BtfCodecTest.member;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.LayoutMismatchException;
import org.ebpf4j.error.LayoutMismatchException.Fault;
import org.ebpf4j.error.MalformedObjectException;
import org.junit.jupiter.api.Test;

/// What is said of Java types that do not fit, and of types that are damaged.
@SuppressWarnings("ArrayRecordComponent") // C has arrays
final class LayoutMismatchTest {
  private record Flow(
      byte kind,
      @U16 long code,
      @Member("addr.v5") int five,
      @Member("addr.v6") byte[] six,
      long innerFirst,
      String nope,
      Thread last) {}

  private static LayoutMismatchException mismatch(Class<?> type, int typeId) {
    return catchThrowableOfType(LayoutMismatchException.class, () -> Codec.of(type, BTF, typeId));
  }

  @Test
  void showsBothLayoutsSideBySide() {
    var mismatch = mismatch(Flow.class, id("choice"));
    assertThat(mismatch)
        .hasMessage(
            """
            record org.ebpf4j.codec.LayoutMismatchTest$Flow does not fit struct choice: component 'kind': byte has 1 byte, the member 4: take int or long
              struct choice, 40 bytes                    | record Flow
              offset  size  type            member       | type                       component
            >      0     4  __u32           kind         | byte                       kind  <- byte has 1 byte, the member 4: take int or long
                   8     8  union {...}                  |
            >      8     4    __u32         code         | @U16 long                  code  <- @U16 has 2 bytes, the member 4
                   8     8    __u64         address      |
                   8     4    struct {...}               |
                   8     2      __u16       low          |
                  10     2      __u16       high         |
                  16    16  union {...}     addr         |
                  16     4    __u32         v4           |
                  16    16    __u8[16]      v6           | @Member("addr.v6") byte[]  six
                  32     4  struct {...}                 |
            >     32     1    __u8          inner_first  | long                       innerFirst  <- long has 8 bytes, the member 1: take byte, short or int
                  34     2    struct {...}               |
                  34     2      __u16       inner_second |
            >     36     1  __u8            last         | Thread                     last  <- Thread is no type for memory: take a record, number, boolean, String, enum, InetAddress, byte[] or array of these
            >                                            | @Member("addr.v5") int     five  <- no member 'v5'
            >                                            | String                     nope  <- no member 'nope'\
            """);
    assertThat(mismatch.javaType()).isEqualTo("record " + Flow.class.getName());
    assertThat(mismatch.cType()).isEqualTo("struct choice");
    assertThat(mismatch.faults())
        .extracting(Fault::component)
        .containsExactly("kind", "code", "five", "innerFirst", "nope", "last");
    assertThat(mismatch.getMessage()).endsWith(mismatch.layouts().stripTrailing());
  }

  private record Bits(long one, int longBits, @U8 int three, String twenty) {}

  @Test
  void showsBitFields() {
    assertThat(mismatch(Bits.class, id("bits")).layouts())
        .isEqualTo(
            """
              struct bits, 40 bytes               | record Bits
              offset  size  type        member    | type     component
                 0.0    1b  __u32       one       | long     one
            >    0.1    3b  __u32       three     | @U8 int  three  <- a bit field takes no @U8
                 0.4    5b  __s32       minus     |
            >    1.4   20b  __u32       twenty    | String   twenty  <- a bit field is for boolean and integers
            >    8.0   40b  __u64       long_bits | int      longBits  <- int has 32 bits, the member 40
                13.0   24b  __u64       rest      |
                16.0   64b  __u64       all       |
                24.0   63b  __s64       most      |
                31.7    1b  _Bool       yes       |
                32.0    7b  __u8        tail      |
                32.7    8b  enum state  state     |
            """);
  }

  enum State {
    STATE_NEW,
    OPEN
  }

  @Test
  void showsSingleValues() {
    assertThat(mismatch(State.class, id("state")))
        .hasMessage(
            """
            org.ebpf4j.codec.LayoutMismatchTest$State does not fit enum state: enum state has no OPEN, but STATE_NEW, STATE_OLD, STATE_GONE
              enum state, 4 bytes              | org.ebpf4j.codec.LayoutMismatchTest$State
              offset  size  type        member | type   component
            >      0     4  enum state         | State    <- enum state has no OPEN, but STATE_NEW, STATE_OLD, STATE_GONE\
            """);
    assertThat(mismatch(Integer.class, id("event")))
        .hasMessageContaining("struct event, 16 bytes")
        .hasMessageContaining("Integer is for integers and pointers");
    assertThat(mismatch(Integer.class, 0)).hasMessageContaining("void has no size");
  }

  private static void refused(Class<?> type, String struct, String member, String problem) {
    assertThat(mismatch(type, member(struct, member)).faults())
        .containsExactly(new Fault("", problem));
  }

  @Test
  void saysWhatEachTypeIsFor() {
    refused(float.class, "event", "pid", "Float is for floating point");
    refused(float.class, "numbers", "large", "Float has 4 bytes, the member 8");
    refused(boolean.class, "numbers", "small", "boolean is for integers of 1, 2, 4 or 8 bytes");
    refused(String.class, "parts", "ports", "String is for arrays of char");
    refused(String.class, "event", "pid", "String is for arrays of char");
    refused(int[].class, "event", "pid", "int[] is for arrays");
    refused(int[].class, "parts", "names", "int is for integers and pointers");
    refused(Bits.class, "event", "pid", "a record is for structs and unions");
    refused(State.class, "event", "pid", "enum State is for enums");
    refused(
        java.net.InetAddress.class, "event", "ts", "InetAddress has 4 or 16 bytes, the member 8");
    refused(
        java.net.Inet4Address.class, "addresses", "v6", "Inet4Address has 4 bytes, the member 16");
    refused(long.class, "numbers", "u128", "an integer of 16 bytes: take byte[] or BigInteger");
    refused(
        java.math.BigInteger.class, "event", "pid", "BigInteger is for integers of 8 or 16 bytes");
    refused(char.class, "numbers", "u16", "char has no place in C; take short, or byte");
  }

  private record Endless(int kind, Endless addr) {}

  private record Sign(@U8 int s8, @S16 int u16, @Length(3) byte[] u32) {}

  private record Alike(int aB, @Member("") int b) {}

  @Test
  void saysWhatIsWrongWithComponents() {
    assertThat(mismatch(Endless.class, id("choice")))
        .hasMessageContaining("Endless contains itself");
    assertThat(mismatch(Sign.class, id("numbers")).faults())
        .extracting(Fault::problem)
        .containsExactly(
            "@U8 is unsigned, the member signed",
            "@S16 is signed, the member unsigned",
            "@Length(3), the member has 4 bytes");
    assertThat(mismatch(Alike.class, id("alike")).faults())
        .extracting(Fault::problem)
        .containsExactly("stands for each of a_b, aB_: say which by @Member", "no member ''");
  }

  @Test
  void showsALayoutAlone() {
    assertThat(LayoutTable.of(BTF, id("event")))
        .isEqualTo(
            """
              struct event, 16 bytes
              offset  size  type   member
                   0     4  __u32  pid
                   4     4  __s32  cpu
                   8     8  __u64  ts
            """);
    assertThat(LayoutTable.of(BTF, member("parts", "matrix")))
        .isEqualTo(
            """
              __u32[2][3], 24 bytes
              offset  size  type         member
                   0    24  __u32[2][3]
            """);
  }

  private record Any(int a) {}

  private final BtfBuilder builder = BtfBuilder.empty(ByteOrder.nativeOrder());
  private final int number = builder.add(new BtfType.Int("int", 4, 1, 0, 32));

  private int struct(long size, BtfType.Member... members) {
    return builder.add(new BtfType.Struct("s", size, false, List.of(members)));
  }

  private void damaged(int id, String problem) {
    var btf = builder.build();
    assertThatThrownBy(() -> Codec.of(Any.class, btf, id))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void refusesMembersBehindTheEnd() {
    damaged(
        struct(4, new BtfType.Member("a", number, 8, 0)), "member 'a' of struct s ends behind it");
    damaged(
        struct(8, new BtfType.Member("a", number, 4, 0)),
        "member 'a' of struct s starts inside a byte");
  }

  @Test
  void refusesStructsThatHoldThemselves() {
    var id = struct(8, new BtfType.Member("", 2, 0, 0));
    damaged(id, "nests too deep");
    // Each holds the one before twice: more members than there is time for.
    var inner = struct(4, new BtfType.Member("b", number, 0, 0));
    for (int i = 0; i < 30; i++) {
      inner = struct(4, new BtfType.Member("", inner, 0, 0), new BtfType.Member("", inner, 0, 0));
    }
    damaged(inner, "too many members");
  }

  @Test
  void refusesTypesThatAreNotThere() {
    assertThatThrownBy(() -> codec(Any.class, "event").size())
        .isInstanceOf(LayoutMismatchException.class);
    for (var id : new int[] {-1, 9_999, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> Codec.of(Any.class, BTF, id))
          .isInstanceOf(MalformedObjectException.class);
    }
  }

  @Test
  void refusesArraysWithoutEnd() {
    var nothing = builder.add(new BtfType.Array(number, number, 0));
    var endless = builder.add(new BtfType.Array(nothing, number, 0xffff_ffffL));
    var btf = builder.build();
    assertThatThrownBy(() -> Codec.of(int[][].class, btf, endless))
        .isInstanceOf(LayoutMismatchException.class)
        .hasMessageContaining("elements of no size");
    var problems = new ArrayList<String>();
    for (int id = 0; id < BTF.typeCount(); id++) {
      for (var type : List.of(Any.class, Integer.class, String.class, long[].class, State.class)) {
        try {
          assertThat(Codec.of(type, BTF, id).size()).isEqualTo((int) BTF.size(id));
        } catch (LayoutMismatchException e) {
          problems.add(e.getMessage());
        }
      }
    }
    assertThat(problems).hasSizeGreaterThan(BTF.typeCount());
  }
}
