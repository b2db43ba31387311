package org.ebpf4j.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ebpf4j.codec.CodecTest.roundTrip;
import static org.ebpf4j.codec.CodecTest.written;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// Codecs against the types of a program that clang compiled.
@SuppressWarnings({
  "ArrayRecordComponent",
  "UnusedMethod"
}) // C has arrays; codecs call constructors
final class BtfCodecTest {
  static final Btf BTF =
      Btf.read(
          ElfFile.read("codecs.bpf.o", TestObjects.bytes("codecs"))
              .section(".BTF")
              .orElseThrow()
              .data());

  static int id(String name) {
    return BTF.ids(name)[0];
  }

  static <T> Codec<T> codec(Class<T> type, String name) {
    return Codec.of(type, BTF, id(name));
  }

  /// The type of a member.
  static int member(String struct, String name) {
    return ((BtfType.Struct) BTF.type(id(struct)))
        .members().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow().type();
  }

  private static MemorySegment hex(String hex) {
    return MemorySegment.ofArray(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private record Event(int pid, int cpu, long ts) {}

  @Test
  void readsAStruct() {
    var codec = codec(Event.class, "event");
    assertThat(codec.size()).isEqualTo(16);
    assertThat(codec.read(hex("01000000 ffffffff 0200000000000080"), 0))
        .isEqualTo(new Event(1, -1, Long.MIN_VALUE + 2));
    assertThat(roundTrip(codec, new Event(-1, 2, 3))).isEqualTo(new Event(-1, 2, 3));
    assertThat(codec.unnamed()).isEmpty();
    assertThat(codec).isSameAs(codec(Event.class, "event"));
  }

  private record Unsigned(long pid, @S32 long cpu, long ts) {}

  @Test
  void readsNumbersByTheirSign() {
    var codec = codec(Unsigned.class, "event");
    assertThat(codec.read(hex("ffffffff ffffffff ffffffffffffffff"), 0))
        .isEqualTo(new Unsigned(0xffffffffL, -1, -1));
    assertThatThrownBy(() -> roundTrip(codec, new Unsigned(1L << 32, 0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Unsigned.pid: 4294967296 is not in the range of 0 to 4294967295");
    assertThatThrownBy(() -> roundTrip(codec, new Unsigned(0, 1L << 31, 0)))
        .hasMessage("Unsigned.cpu: 2147483648 is not in the range of -2147483648 to 2147483647");
  }

  private record Same(
      byte u8,
      byte s8,
      short u16,
      short s16,
      int u32,
      int s32,
      long u64,
      long s64,
      BigInteger u128,
      BigInteger s128,
      float small,
      double large,
      boolean flag,
      byte c,
      long pointer) {}

  private record Wider(
      short u8,
      int s8,
      int u16,
      @S16 long s16,
      @U32 long u32,
      long s32,
      BigInteger u64,
      BigInteger s64,
      byte[] u128,
      byte[] s128,
      byte[] small,
      Double large,
      Boolean flag,
      @S8 int c,
      byte[] pointer) {}

  @Test
  void takesNumbersOfEverySize() {
    var same = codec(Same.class, "numbers");
    var wider = codec(Wider.class, "numbers");
    var value =
        new Same(
            (byte) -1,
            (byte) -1,
            (short) -1,
            (short) -1,
            -1,
            -1,
            -1,
            -1,
            BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE),
            BigInteger.ONE.shiftLeft(127).negate(),
            1.5f,
            -2.5,
            true,
            (byte) 'x',
            0xffff_8880_0000_0000L);
    assertThat(roundTrip(same, value)).isEqualTo(value);
    var memory = MemorySegment.ofArray(written(same, value));
    var widened = wider.read(memory, 0);
    assertThat(widened)
        .usingRecursiveComparison()
        .isEqualTo(
            new Wider(
                (short) 255,
                -1,
                65535,
                -1,
                0xffffffffL,
                -1,
                BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE),
                BigInteger.valueOf(-1),
                HexFormat.of().parseHex("ff".repeat(16)),
                HexFormat.of().parseHex("00".repeat(15) + "80"),
                HexFormat.of().parseHex("0000c03f"),
                -2.5,
                true,
                'x',
                HexFormat.of().parseHex("000000008088ffff")));
    assertThat(written(wider, widened)).isEqualTo(written(same, value));
    for (var number : new long[] {0, 1, 255, 256, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      var big = BigInteger.valueOf(number);
      var codec = Codec.of(BigInteger.class, BTF, member("numbers", "s128"));
      assertThat(roundTrip(codec, big)).isEqualTo(big);
    }
    assertThatThrownBy(() ->
            roundTrip(
                Codec.of(BigInteger.class, BTF, member("numbers", "u64")),
                BigInteger.ONE.shiftLeft(64)))
        .hasMessage(
            "BigInteger: 18446744073709551616 is not in the range of 0 to 18446744073709551615");
    assertThatThrownBy(() ->
            roundTrip(
                Codec.of(BigInteger.class, BTF, member("numbers", "u128")), BigInteger.valueOf(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  enum State {
    @Member("STATE_NEW")
    NEW,
    STATE_OLD,
    STATE_GONE
  }

  enum Wide {
    WIDE_HIGH,
    WIDE_ZERO
  }

  private record Point(int x, int y) {}

  private record Parts(
      State state,
      String comm,
      byte[] raw,
      Point corner,
      Point[] corners,
      @U16 int[] ports,
      long[][] matrix,
      @Length({2, 8}) String[] names,
      State[] states,
      Wide wide,
      boolean[] flags,
      long minUs) {}

  @Test
  void takesEveryKindOfMember() {
    var codec = codec(Parts.class, "parts");
    var value =
        new Parts(
            State.STATE_GONE,
            "a name of sixteen".substring(0, 16),
            new byte[] {1, 2, 3, 4, -5},
            new Point(-1, 32767),
            new Point[] {new Point(1, 2), new Point(3, 4), new Point(5, 6)},
            new int[] {0, 80, 443, 65535},
            new long[][] {{1, 2, 3}, {4, 5, 0xffffffffL}},
            new String[] {"one", "two"},
            new State[] {State.NEW, State.STATE_OLD},
            Wide.WIDE_HIGH,
            new boolean[] {true, false, true},
            10_000);
    assertThat(roundTrip(codec, value)).usingRecursiveComparison().isEqualTo(value);
    assertThat(codec.unnamed()).isEmpty();
    assertThat(codec.size()).isEqualTo(BTF.size(id("parts")));
    assertThatThrownBy(() -> codec.read(MemorySegment.ofArray(new byte[codec.size()]), 0))
        .isInstanceOf(BpfException.class)
        .hasMessage(
            State.class.getName()
                + " has no constant for 0; it has NEW (1), STATE_OLD (7), STATE_GONE (-3)");
  }

  private record Addresses(
      Inet4Address v4, InetAddress v4Bytes, Inet6Address v6, InetAddress any) {}

  @Test
  void takesAddresses() throws Exception {
    var codec = codec(Addresses.class, "addresses");
    var v4 = (Inet4Address) InetAddress.getByName("192.0.2.1");
    var v6 = (Inet6Address) InetAddress.getByName("2001:db8::ff00:1");
    var value = new Addresses(v4, v4, v6, v6);
    assertThat(roundTrip(codec, value)).isEqualTo(value);
    assertThat(HexFormat.of().formatHex(written(codec, new Addresses(v4, v4, v6, v4))))
        .isEqualTo(
            "c0000201c0000201"
                + "20010db80000000000000000ff000001"
                + "00000000000000000000ffffc0000201");
    // IPv4 in IPv6 is IPv4 to who asks for any address, and IPv6 to who asks for that.
    assertThat(roundTrip(codec, new Addresses(v4, v4, v6, v4)).any()).isEqualTo(v4);
    var mapped = codec.read(hex("00".repeat(18) + "ffff" + "01020304" + "00".repeat(16)), 0);
    assertThat(mapped.v6()).isInstanceOf(Inet6Address.class);
    assertThatThrownBy(() -> roundTrip(codec, new Addresses(v4, v6, v6, v6)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Addresses.v4Bytes: 2001:db8:0:0:0:0:ff00:1 does not fit into 4 bytes");
  }

  private record V4(int v4) {}

  private record ByCode(int kind, int code, V4 addr, byte innerFirst, int innerSecond, byte last) {}

  private record ByHalves(
      int kind, int low, int high, InetAddress addr, byte innerFirst, int innerSecond, byte last) {}

  private record Dotted(
      int kind,
      long address,
      @Member("addr.v6") Inet6Address six,
      byte innerFirst,
      int innerSecond,
      byte last) {}

  private record Several(
      int kind, int code, long address, V4 addr, byte innerFirst, int innerSecond, byte last) {}

  @Test
  void readsTheChosenMemberOfAUnion() throws Exception {
    var six = (Inet6Address) InetAddress.getByName("2001:db8::1");
    var code = new ByCode(1, 0x10002, new V4(3), (byte) 4, 5, (byte) 6);
    var halves = new ByHalves(1, 2, 1, six, (byte) 4, 5, (byte) 6);
    var dotted = new Dotted(1, 0x10002, six, (byte) 4, 5, (byte) 6);
    assertThat(roundTrip(codec(ByCode.class, "choice"), code)).isEqualTo(code);
    assertThat(roundTrip(codec(ByHalves.class, "choice"), halves)).isEqualTo(halves);
    assertThat(roundTrip(codec(Dotted.class, "choice"), dotted)).isEqualTo(dotted);
    assertThat(written(codec(ByHalves.class, "choice"), halves))
        .isEqualTo(written(codec(Dotted.class, "choice"), dotted));
    // What the chosen member does not fill becomes 0.
    assertThat(written(codec(ByCode.class, "choice"), code))
        .isEqualTo(
            HexFormat.of()
                .parseHex(
                    "01000000000000000200010000000000"
                        + "03000000000000000000000000000000"
                        + "0400050006000000"));
    var bytes = MemorySegment.ofArray(written(codec(Dotted.class, "choice"), dotted));
    assertThat(codec(ByHalves.class, "choice").read(bytes, 0)).isEqualTo(halves);
  }

  @Test
  void doesNotWriteSeveralMembersOfAUnion() {
    var codec = codec(Several.class, "choice");
    var value = codec.read(MemorySegment.ofArray(new byte[40]), 0);
    assertThat(value).isEqualTo(new Several(0, 0, 0, new V4(0), (byte) 0, 0, (byte) 0));
    assertThat(codec.whyReadOnly())
        .contains(
            Several.class.getName()
                + " can be read only: its components code and address stand in the same bytes");
    assertThatThrownBy(() -> codec.write(MemorySegment.ofArray(new byte[40]), 0, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(codec.whyReadOnly().orElseThrow());
  }

  private record Some(int kind, int low, V4Or addr) {}

  private record V4Or(byte[] v6) {}

  private record OnlyKind(int kind, byte last) {}

  private record OnlyX(int x) {}

  private record Corners(OnlyX corner, OnlyX[] corners) {}

  @Test
  void readsAStructInPart() {
    var some = codec(Some.class, "choice");
    assertThat(some.unnamed()).containsExactly("high", "inner_first", "inner_second", "last");
    assertThat(codec(OnlyKind.class, "choice").unnamed())
        .containsExactly(
            "one of 'code', 'address', 'low', 'high'", "addr", "inner_first", "inner_second");
    assertThat(codec(Corners.class, "parts").unnamed())
        .contains("state", "min_us", "corner.y", "corners[].y");
    assertThatThrownBy(() ->
            some.write(
                MemorySegment.ofArray(new byte[40]), 0, new Some(1, 2, new V4Or(new byte[16]))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            Some.class.getName()
                + " can be read only: it has no component for high, inner_first, inner_second,"
                + " last");
    // What follows the last member that is named need not be there.
    assertThat(some.size()).isEqualTo(40);
    assertThat(some.extent()).isLessThan(40);
    assertThat(some.read(MemorySegment.ofArray(new byte[some.extent()]), 0)).isNotNull();
    assertThatThrownBy(() -> some.read(MemorySegment.ofArray(new byte[some.extent() - 1]), 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private record Bits(
      boolean one,
      byte three,
      int minus,
      long twenty,
      long longBits,
      int rest,
      long all,
      long most,
      boolean yes,
      short tail,
      int state) {}

  @Test
  void takesBitFields() {
    var codec = codec(Bits.class, "bits");
    var ones =
        new Bits(
            true, (byte) 7, -1, 0xfffff, 0xff_ffff_ffffL, 0xffffff, -1, -1, true, (short) 127, -1);
    var some =
        new Bits(
            false,
            (byte) 5,
            -16,
            0x81234,
            0x81_2345_6789L,
            0x81_2345,
            1,
            Long.MIN_VALUE / 2,
            false,
            (short) 64,
            -3);
    for (var value : new Bits[] {ones, some}) {
      assertThat(roundTrip(codec, value)).isEqualTo(value);
    }
    assertThat(codec.unnamed()).isEmpty();
    // The bits without a name stay 0.
    assertThat(written(codec, ones)).startsWith(0xff, 0xf1, 0xff, 0xff);
    assertThatThrownBy(
            () -> roundTrip(codec, new Bits(true, (byte) 8, 0, 0, 0, 0, 0, 0, true, (short) 0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Bits.three: 8 is not in the range of 0 to 7");
    assertThatThrownBy(() ->
            roundTrip(codec, new Bits(true, (byte) 0, -17, 0, 0, 0, 0, 0, true, (short) 0, 0)))
        .hasMessage("Bits.minus: -17 is not in the range of -16 to 15");
  }

  private record PackedBits(byte before, long longOne, long longTwo, byte after) {}

  @Test
  void takesBitFieldsThatCrossBytes() {
    var codec = codec(PackedBits.class, "packed_bits");
    assertThat(codec.size()).isEqualTo(17);
    var value = new PackedBits((byte) 5, 0x2bcd_ef01_2345_6789L, 0x8bcd_ef01_2345_6789L, (byte) 3);
    assertThat(roundTrip(codec, value)).isEqualTo(value);
    var ones = new PackedBits((byte) 0, -1L >>> 2, 0, (byte) 0);
    assertThat(roundTrip(codec, ones)).isEqualTo(ones);
  }

  private record Packed(byte first, long second, short third) {}

  private record Padded(byte first, long second, short third, byte[] large) {}

  @Test
  void writesZerosBetweenMembers() {
    assertThat(
            HexFormat.of()
                .formatHex(
                    written(codec(Packed.class, "packed"), new Packed((byte) 1, 2, (short) 3))))
        .isEqualTo("010200000000000000" + "0300");
    var padded = codec(Padded.class, "padded");
    assertThat(padded.size()).isEqualTo(128);
    assertThat(
            HexFormat.of()
                .formatHex(written(padded, new Padded((byte) 1, 2, (short) 3, new byte[40]))))
        .isEqualTo("01" + "00".repeat(7) + "02" + "00".repeat(7) + "03" + "00".repeat(111));
  }

  private record Tail(int length) {}

  @Test
  void leavesOutAnArrayWithoutLength() {
    var codec = codec(Tail.class, "tail");
    assertThat(codec.unnamed()).isEmpty();
    assertThat(roundTrip(codec, new Tail(7))).isEqualTo(new Tail(7));
  }

  private record Alike(@Member("a_b") int one, int aB_, int pid) {}

  @Test
  void findsNamesInBothSpellings() {
    assertThat(codec(Alike.class, "alike").unnamed()).isEmpty();
    assertThat(StructMatch.inJava("min_us")).isEqualTo("minUs");
    assertThat(StructMatch.inJava("_pid")).isEqualTo("pid");
    assertThat(StructMatch.inJava("s6_addr32")).isEqualTo("s6Addr32");
    assertThat(StructMatch.inJava("a__b_")).isEqualTo("aB");
  }

  @Test
  void takesSingleValuesByTheirType() throws Exception {
    assertThat(roundTrip(Codec.of(Integer.class, BTF, member("event", "pid")), -1)).isEqualTo(-1);
    assertThat(roundTrip(Codec.of(Long.class, BTF, member("event", "pid")), 0xffffffffL))
        .isEqualTo(0xffffffffL);
    assertThat(roundTrip(Codec.of(long.class, BTF, member("event", "ts")), -1L)).isEqualTo(-1);
    assertThat(roundTrip(Codec.of(String.class, BTF, member("parts", "comm")), "init"))
        .isEqualTo("init");
    assertThat(roundTrip(Codec.of(State.class, BTF, member("parts", "state")), State.NEW))
        .isEqualTo(State.NEW);
    var address = InetAddress.getByName("192.0.2.1");
    assertThat(roundTrip(Codec.of(InetAddress.class, BTF, member("addresses", "v4")), address))
        .isEqualTo(address);
    assertThat(
            roundTrip(
                Codec.of(int[][].class, BTF, member("parts", "matrix")),
                new int[][] {{1, 2, 3}, {4, 5, 6}}))
        .isDeepEqualTo(new int[][] {{1, 2, 3}, {4, 5, 6}});
    assertThat(Codec.of(byte[].class, BTF, id("parts")).size()).isEqualTo(BTF.size(id("parts")));
    assertThat(roundTrip(Codec.of(boolean.class, BTF, member("event", "ts")), true)).isTrue();
  }

  @Test
  void seesThroughAVariable() {
    var builder = BtfBuilder.copyOf(BTF);
    var variable = builder.add(new BtfType.Variable("events", id("event"), 1));
    var codec = Codec.of(Event.class, builder.build(), variable);
    assertThat(codec).isSameAs(codec(Event.class, "event"));
  }

  @Test
  void refusesTypesOfAnotherMachine() {
    var foreign =
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
            ? ByteOrder.BIG_ENDIAN
            : ByteOrder.LITTLE_ENDIAN;
    var builder = BtfBuilder.empty(foreign);
    var id = builder.add(new BtfType.Int("int", 4, 1, 0, 32));
    assertThatThrownBy(() -> Codec.of(Integer.class, builder.build(), id))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("another byte order");
  }
}
