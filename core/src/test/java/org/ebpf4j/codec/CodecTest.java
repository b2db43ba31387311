package org.ebpf4j.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.error.BpfException;
import org.junit.jupiter.api.Test;

/// Codecs without BTF: the rules of C, and what every codec does.
@SuppressWarnings({
  "ArrayRecordComponent",
  "UnusedMethod"
}) // C has arrays; codecs call constructors
final class CodecTest {
  private record Event(int pid, int cpu, long ts) {}

  private record Padded(byte a, long b, short c) {}

  private record Widths(
      @U8 int u8, @S8 int s8, @U16 int u16, @S16 int s16, @U32 long u32, @S32 long s32) {}

  private record Boxes(Byte a, Short b, Integer c, Long d, Float e, Double f, Boolean g) {}

  enum State {
    NEW,
    OLD
  }

  private record Parts(
      State state,
      boolean flag,
      @Length(6) String name,
      @Length(3) byte[] raw,
      @Length(2) short[] shorts,
      @Length(2) Event[] events,
      @Length({2, 3}) @U8 int[][] matrix,
      @Length(2) State[] states,
      @Length({2, 4}) String[] names,
      @Length(2) boolean[] flags,
      Inet4Address v4,
      Inet6Address v6,
      @Length(16) InetAddress any,
      double real,
      float small) {}

  static <T> T roundTrip(Codec<T> codec, T value) {
    var memory = MemorySegment.ofArray(new byte[codec.size() + 2]).fill((byte) 0x5a);
    codec.write(memory, 1, value);
    assertThat(memory.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 0x5a);
    assertThat(memory.get(ValueLayout.JAVA_BYTE, codec.size() + 1L)).isEqualTo((byte) 0x5a);
    return codec.read(memory, 1);
  }

  static byte[] written(Codec<?> codec, Object value) {
    var bytes = new byte[codec.size()];
    @SuppressWarnings("unchecked")
    var any = (Codec<Object>) codec;
    any.write(MemorySegment.ofArray(bytes).fill((byte) -1), 0, value);
    return bytes;
  }

  @Test
  void laysRecordsOutAsCDoes() {
    assertThat(Codec.of(Event.class).size()).isEqualTo(16);
    assertThat(Codec.of(Padded.class).size()).isEqualTo(24);
    assertThat(written(Codec.of(Padded.class), new Padded((byte) 1, 2, (short) 3)))
        .containsExactly(1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void writesLittleNumbersInTheirAnnotatedWidths() {
    var codec = Codec.of(Widths.class);
    assertThat(codec.size()).isEqualTo(16);
    var highest = new Widths(255, 127, 65535, 32767, 0xffffffffL, Integer.MAX_VALUE);
    var lowest = new Widths(0, -128, 0, -32768, 0, Integer.MIN_VALUE);
    assertThat(roundTrip(codec, highest)).isEqualTo(highest);
    assertThat(roundTrip(codec, lowest)).isEqualTo(lowest);
    assertThatThrownBy(() -> roundTrip(codec, new Widths(256, 0, 0, 0, 0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Widths.u8: 256 is not in the range of 0 to 255");
    assertThatThrownBy(() -> roundTrip(codec, new Widths(0, 0, 0, -32769, 0, 0)))
        .hasMessage("Widths.s16: -32769 is not in the range of -32768 to 32767");
    assertThatThrownBy(() -> roundTrip(codec, new Widths(0, 0, 0, 0, -1, 0)))
        .hasMessage("Widths.u32: -1 is not in the range of 0 to 4294967295");
  }

  @Test
  void takesBoxesForPrimitives() {
    var value = new Boxes((byte) 1, (short) -2, 3, -4L, 5.5f, -6.5, true);
    assertThat(roundTrip(Codec.of(Boxes.class), value)).isEqualTo(value);
    assertThatThrownBy(
            () -> Codec.of(Integer.class).write(MemorySegment.ofArray(new byte[4]), 0, nothing()))
        .isInstanceOf(NullPointerException.class);
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what must not be given
  private static <T> T nothing() {
    return null;
  }

  private static Parts parts() throws Exception {
    return new Parts(
        State.OLD,
        true,
        "häl",
        new byte[] {1, 2, 3},
        new short[] {-1, 2},
        new Event[] {new Event(1, 2, 3), new Event(-1, -2, -3)},
        new int[][] {{1, 2, 3}, {253, 254, 255}},
        new State[] {State.OLD, State.NEW},
        new String[] {"ab", "cdef"},
        new boolean[] {true, false},
        (Inet4Address) InetAddress.getByName("192.168.1.2"),
        (Inet6Address) InetAddress.getByName("2001:db8::1"),
        InetAddress.getByName("10.0.0.1"),
        1.5,
        -2.5f);
  }

  @Test
  void takesEveryKindOfPart() throws Exception {
    var codec = Codec.of(Parts.class);
    var value = parts();
    assertThat(roundTrip(codec, value))
        .usingRecursiveComparison()
        .ignoringFields("v4", "v6", "any")
        .isEqualTo(value);
    var read = roundTrip(codec, value);
    assertThat(List.of(read.v4(), read.v6(), read.any()))
        .isEqualTo(List.of(value.v4(), value.v6(), value.any()));
    assertThat(codec.unnamed()).isEmpty();
    assertThat(codec.whyReadOnly()).isEmpty();
  }

  @Test
  void readsAndWritesNativeMemory() {
    var codec = Codec.of(Event.class);
    try (var arena = Arena.ofConfined()) {
      var memory = arena.allocate(64);
      codec.write(memory, 41, new Event(1, 2, 3));
      assertThat(codec.read(memory, 41)).isEqualTo(new Event(1, 2, 3));
      assertThat(codec.read(memory, 0)).isEqualTo(new Event(0, 0, 0));
    }
  }

  @Test
  void takesSingleValues() {
    assertThat(roundTrip(Codec.of(Integer.class), -7)).isEqualTo(-7);
    assertThat(roundTrip(Codec.of(int.class), 7)).isEqualTo(7);
    assertThat(roundTrip(Codec.of(Long.class), Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
    assertThat(roundTrip(Codec.of(Boolean.class), true)).isTrue();
    assertThat(roundTrip(Codec.of(Double.class), 1.25)).isEqualTo(1.25);
    assertThat(roundTrip(Codec.of(State.class), State.OLD)).isEqualTo(State.OLD);
    assertThat(roundTrip(Codec.bytes(3), new byte[] {1, 2, 3})).containsExactly(1, 2, 3);
  }

  @Test
  void throwsWhereMemoryEndsTooSoon() {
    var codec = Codec.of(Event.class);
    for (var memory : List.of(MemorySegment.ofArray(new byte[20]), Arena.ofAuto().allocate(20))) {
      for (var offset : new long[] {5, 20, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
        assertThatThrownBy(() -> codec.read(memory, offset))
            .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> codec.write(memory, offset, new Event(1, 2, 3)))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
      assertThat(codec.read(memory, 4)).isEqualTo(new Event(0, 0, 0));
    }
  }

  @Test
  void throwsWhereMemoryIsClosedOrReadOnly() {
    var codec = Codec.of(Event.class);
    var arena = Arena.ofConfined();
    var memory = arena.allocate(16);
    assertThatThrownBy(() -> codec.write(memory.asReadOnly(), 0, new Event(1, 2, 3)))
        .isInstanceOf(IllegalArgumentException.class);
    arena.close();
    assertThatThrownBy(() -> codec.read(memory, 0)).isInstanceOf(IllegalStateException.class);
  }

  private record Text(@Length(4) String text) {}

  @Test
  void refusesTextThatWouldBeReadAsAnother() {
    var codec = Codec.of(Text.class);
    assertThat(roundTrip(codec, new Text("abcd")).text()).isEqualTo("abcd");
    assertThat(roundTrip(codec, new Text("")).text()).isEmpty();
    assertThat(roundTrip(codec, new Text("\ud83d\ude00")).text()).isEqualTo("\ud83d\ude00");
    assertThatThrownBy(() -> roundTrip(codec, new Text("abcdé")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Text.text: text of 6 bytes, where 4 is the most");
    assertThatThrownBy(() -> roundTrip(codec, new Text("a\0b")))
        .hasMessageContaining("a zero at 1");
    assertThatThrownBy(() -> roundTrip(codec, new Text("a\ud83d")))
        .hasMessageContaining("half a character at 1");
    assertThatThrownBy(() -> roundTrip(codec, new Text(nothing())))
        .isInstanceOf(NullPointerException.class);
  }

  private record Shorts(@Length(2) short[] values, @Length(2) byte[] bytes) {}

  @Test
  void refusesArraysOfAnotherLength() {
    var codec = Codec.of(Shorts.class);
    assertThatThrownBy(() -> roundTrip(codec, new Shorts(new short[3], new byte[2])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Shorts.values: an array of length 3, where 2 is expected");
    assertThatThrownBy(() -> roundTrip(codec, new Shorts(new short[2], new byte[1])))
        .hasMessage("Shorts.bytes: an array of length 1, where 2 is expected");
  }

  @Test
  void saysWhichNumberNoConstantStandsFor() {
    assertThatThrownBy(() -> Codec.of(State.class).read(MemorySegment.ofArray(new int[] {7}), 0))
        .isInstanceOf(BpfException.class)
        .hasMessage(State.class.getName() + " has no constant for 7; it has NEW (0), OLD (1)");
  }

  private record Checked(int value) {
    Checked {
      if (value < 0) {
        throw new IllegalStateException("negative");
      }
    }
  }

  @Test
  void letsThroughWhatAConstructorThrows() {
    assertThatThrownBy(() -> Codec.of(Checked.class).read(MemorySegment.ofArray(new int[] {-1}), 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("negative");
  }

  private record Letter(char c) {}

  private record Endless(int a, @Length(2) Endless[] more) {}

  private record Nothing() {}

  private record Generic<T>(T value) {}

  private record NoLength(String name) {}

  private record Big(BigInteger value) {}

  private record Wrong(@U16 boolean flag) {}

  private record Narrow(@U32 short value) {}

  private record Two(@U16 @U32 long value) {}

  private record Zero(@Length(0) byte[] bytes) {}

  private record AnyAddress(InetAddress address) {}

  private record Huge(@Length({1 << 20, 1 << 20}) int[][] values) {}

  private static void refused(Class<?> type, String message) {
    assertThatThrownBy(() -> Codec.of(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void saysWhatHasNoPlaceInMemory() {
    refused(Letter.class, "Letter.c: char has no place in C");
    refused(Endless.class, "Endless contains itself");
    refused(Nothing.class, "has no components");
    refused(Generic.class, "Generic.value: Object is no type for memory");
    refused(NoLength.class, "NoLength.name: no BTF says how long a String is: add @Length");
    refused(Big.class, "BigInteger wants BTF");
    refused(Wrong.class, "@U16 is for integers, not for boolean");
    refused(Narrow.class, "@U32 does not fit short");
    refused(Two.class, "is both @U");
    refused(Zero.class, "@Length(0) is not positive");
    refused(AnyAddress.class, "an InetAddress may have 4 or 16 bytes");
    refused(Huge.class, "more than 2 GiB");
    refused(Object.class, "Object is no type for memory");
    refused(Record.class, "Record is no type for memory");
    refused(String.class, "add @Length");
    refused(void.class, "is no type for memory");
    assertThatThrownBy(() -> Codec.bytes(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isMadeOnceForEachType() {
    assertThat(Codec.of(Event.class)).isSameAs(Codec.of(Event.class));
    assertThat(Codec.bytes(4)).isSameAs(Codec.bytes(4)).isNotSameAs(Codec.bytes(5));
    assertThat(Codec.of(Event.class))
        .hasToString("codec of " + Event.class.getName() + ", 16 bytes");
  }

  @Test
  void servesManyThreads() throws Exception {
    record Shared(int a, long b, @Length(8) String c) {}
    var threads = new ArrayList<Thread>();
    var failures = java.util.Collections.synchronizedList(new ArrayList<Throwable>());
    for (int i = 0; i < 4; i++) {
      var number = i;
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> failures.add(e))
              .start(() -> {
                for (int k = 0; k < 1_000; k++) {
                  var value = new Shared(number, k, "t" + number);
                  assertThat(roundTrip(Codec.of(Shared.class), value)).isEqualTo(value);
                }
              }));
    }
    for (var thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
  }
}
