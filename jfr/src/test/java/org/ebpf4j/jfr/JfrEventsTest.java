package org.ebpf4j.jfr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import jdk.jfr.FlightRecorder;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Recording;
import jdk.jfr.Timespan;
import jdk.jfr.Unsigned;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each kind of member, given to a recording and read from it.
class JfrEventsTest {
  private final Types types = new Types(ByteOrder.nativeOrder());
  private final int u8 = types.number("unsigned char", 1, false);
  private final int u16 = types.number("unsigned short", 2, false);
  private final int u32 = types.number("unsigned int", 4, false);
  private final int u64 = types.number("unsigned long", 8, false);
  private final int s32 = types.number("int", 4, true);
  private final int character = types.add(new BtfType.Int("char", 1, 1, 0, 8));

  private static RecordedEvent record(Btf types, int struct, byte[] bytes) {
    try (var events = JfrEvents.of("test.kinds", types, struct)) {
      var recorded = Recorded.during(() -> events.commit(bytes));
      assertThat(recorded).hasSize(1);
      return recorded.getFirst();
    }
  }

  private RecordedEvent record(int struct, int size, Consumer<ByteBuffer> fill) {
    return record(types.build(), struct, bytes(ByteOrder.nativeOrder(), size, fill));
  }

  /// The fields that JFR does not add itself, with their types.
  private static List<String> fields(RecordedEvent event) {
    return event.getFields().stream()
        .filter(f -> f.getLabel() != null && !isOfJfr(f))
        .map(f -> f.getTypeName().replace("java.lang.", "") + " " + f.getName())
        .toList();
  }

  private static boolean isOfJfr(ValueDescriptor field) {
    return List.of("startTime", "duration", "eventThread", "stackTrace").contains(field.getName());
  }

  private static byte[] bytes(ByteOrder order, int size, Consumer<ByteBuffer> fill) {
    var buffer = ByteBuffer.allocate(size).order(order);
    fill.accept(buffer);
    return buffer.array();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void integersKeepTheirValues(boolean little) {
    var order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    var numbers = new Types(order);
    var struct =
        numbers
            .struct()
            .with("u8", numbers.number("unsigned char", 1, false), 1)
            .with("s8", numbers.number("signed char", 1, true), 1)
            .with("u16", numbers.number("unsigned short", 2, false), 2)
            .with("s16", numbers.number("short", 2, true), 2)
            .with("u32", numbers.number("unsigned int", 4, false), 4)
            .with("s32", numbers.number("int", 4, true), 4)
            .with("u64", numbers.number("unsigned long", 8, false), 8)
            .with("s64", numbers.number("long", 8, true), 8)
            .with("u128", numbers.number("__int128 unsigned", 16, false), 16)
            .as("numbers");
    var event =
        record(
            numbers.build(),
            struct,
            bytes(
                order,
                46,
                b -> {
                  b.put((byte) -1).put((byte) -2).putShort((short) -3).putShort((short) -4);
                  b.putInt(-5).putInt(-6).putLong(-7).putLong(-8);
                  b.put(little ? 38 : 37, (byte) 1);
                  b.put(little ? 30 : 45, (byte) 2);
                }));
    assertThat(event.getEventType().getName()).isEqualTo("ebpf.test.kinds");
    assertThat(event.getEventType().getLabel()).isEqualTo("kinds");
    assertThat(event.getEventType().getDescription()).isEqualTo("struct numbers");
    assertThat(event.getEventType().getCategoryNames()).containsExactly("eBPF", "test");
    assertThat(event.getStackTrace()).isNull();
    assertThat(fields(event))
        .containsExactly(
            "int u8",
            "int s8",
            "int u16",
            "int s16",
            "long u32",
            "int s32",
            "long u64",
            "long s64",
            "String u128");
    assertThat(event.getInt("u8")).isEqualTo(255);
    assertThat(event.getInt("s8")).isEqualTo(-2);
    assertThat(event.getInt("u16")).isEqualTo(65533);
    assertThat(event.getInt("s16")).isEqualTo(-4);
    assertThat(event.getLong("u32")).isEqualTo(4294967291L);
    assertThat(event.getInt("s32")).isEqualTo(-6);
    assertThat(event.getLong("u64")).isEqualTo(-7);
    assertThat(event.getLong("s64")).isEqualTo(-8);
    assertThat(event.getString("u128")).isEqualTo("18446744073709551618");
    assertThat(event.getEventType().getField("u64").getAnnotation(Unsigned.class)).isNotNull();
    assertThat(event.getEventType().getField("s64").getAnnotation(Unsigned.class)).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bitFieldsAreNumbersOfTheirWidth(boolean little) {
    var order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    var numbers = new Types(order);
    var unsigned = numbers.number("unsigned int", 4, false);
    var signed = numbers.number("long", 8, true);
    var flag = numbers.add(new BtfType.Int("_Bool", 1, 4, 0, 8));
    var choice =
        numbers.add(
            new BtfType.Enum(
                "choice",
                4,
                false,
                false,
                List.of(new Enumerator("A", 0), new Enumerator("B", 2))));
    var struct =
        numbers
            .struct()
            .bitField("low", unsigned, 3)
            .bitField("negative", unsigned, 13)
            .bitField("on", flag, 1)
            .bitField("choice", choice, 2)
            .pad(8)
            .bitField("skipped", signed, 4)
            .bitField("wide", signed, 60)
            .as("fields");
    // low 5, negative 8191, on 1, choice 2; skipped 3, wide -2.
    var event =
        record(
            numbers.build(),
            struct,
            bytes(
                order,
                16,
                b -> {
                  if (little) {
                    b.putLong(0, 5 | 8191 << 3 | 1 << 16 | 2 << 17);
                    b.putLong(8, 3 | -2L << 4);
                  } else {
                    b.putLong(0, 5L << 61 | 8191L << 48 | 1L << 47 | 2L << 45);
                    b.putLong(8, 3L << 60 | (-2L & (1L << 60) - 1));
                  }
                }));
    assertThat(fields(event))
        .containsExactly(
            "int low", "int negative", "boolean on", "String choice", "int skipped", "long wide");
    assertThat(event.getInt("low")).isEqualTo(5);
    assertThat(event.getInt("negative")).isEqualTo(8191);
    assertThat(event.getBoolean("on")).isTrue();
    assertThat(event.getString("choice")).isEqualTo("B");
    assertThat(event.getInt("skipped")).isEqualTo(3);
    assertThat(event.getLong("wide")).isEqualTo(-2);
  }

  @Test
  void truthAndRealNumbersAreThoseOfJava() {
    var struct =
        types
            .struct()
            .with("yes", types.add(new BtfType.Int("_Bool", 1, 4, 0, 8)), 1)
            .pad(4)
            .with("half", types.add(new BtfType.Floating("float", 4)), 4)
            .with("tenth", types.add(new BtfType.Floating("double", 8)), 8)
            .as("reals");
    var event = record(struct, 16, b -> b.put(0, (byte) 1).putFloat(4, 0.5f).putDouble(8, 0.1));
    assertThat(fields(event)).containsExactly("boolean yes", "float half", "double tenth");
    assertThat(event.getBoolean("yes")).isTrue();
    assertThat(event.getFloat("half")).isEqualTo(0.5f);
    assertThat(event.getDouble("tenth")).isEqualTo(0.1);
  }

  @Test
  void charactersAreTextUpToTheFirstZero() {
    var struct =
        types
            .struct()
            .with("comm", types.array(character, 8), 8)
            .with("full", types.array(character, 2), 2)
            .with("rest", types.array(character, 0), 0)
            .as("texts");
    var event =
        record(
            struct,
            10,
            b ->
                b.put("bäsh\0xé".getBytes(StandardCharsets.UTF_8), 0, 8)
                    .put("no".getBytes(StandardCharsets.UTF_8)));
    assertThat(fields(event)).containsExactly("String comm", "String full", "String rest");
    assertThat(event.getString("comm")).isEqualTo("bäsh");
    assertThat(event.getString("full")).isEqualTo("no");
    assertThat(event.getString("rest")).isEmpty();
  }

  @Test
  void enumsAreNamed() {
    var signed =
        types.add(
            new BtfType.Enum(
                "state",
                4,
                true,
                false,
                List.of(new Enumerator("DEAD", -1), new Enumerator("LIVE", 1))));
    var wide =
        types.add(
            new BtfType.Enum("flags", 8, false, true, List.of(new Enumerator("TOP", 1L << 63))));
    var struct =
        types
            .struct()
            .with("state", signed, 4)
            .with("other", signed, 4)
            .with("top", wide, 8)
            .with("none", wide, 8)
            .as("enums");
    var event = record(struct, 24, b -> b.putInt(-1).putInt(-7).putLong(1L << 63).putLong(-1));
    assertThat(event.getString("state")).isEqualTo("DEAD");
    assertThat(event.getString("other")).isEqualTo("-7");
    assertThat(event.getString("top")).isEqualTo("TOP");
    assertThat(event.getString("none")).isEqualTo("18446744073709551615");
  }

  @Test
  void addressesAreText() {
    var be16 = types.add(new BtfType.Typedef("__be16", u16));
    var be32 = types.add(new BtfType.Typedef("__be32", u32));
    var mine = types.add(new BtfType.Const(types.add(new BtfType.Typedef("address", be32))));
    var four = types.struct().with("s_addr", be32, 4).as("in_addr");
    var six = types.struct().with("bytes", types.array(u8, 16), 16).as("in6_addr");
    var struct =
        types
            .struct()
            .with("saddr", be32, 4)
            .with("daddr", mine, 4)
            .with("dport", be16, 2)
            .pad(12)
            .with("four", four, 4)
            .with("six", six, 16)
            .with("task", types.add(new BtfType.Pointer(0)), 8)
            .as("flow");
    var event =
        record(
            struct,
            40,
            b -> {
              b.put(new byte[] {127, 0, 0, 1, 10, 1, 2, (byte) 255, 0x1f, (byte) 0x90});
              b.put(12, new byte[] {1, 1, 1, 1})
                  .put(31, (byte) 1)
                  .putLong(32, 0xffff_8880_0000_1000L);
            });
    assertThat(fields(event))
        .containsExactly(
            "String saddr", "String daddr", "int dport", "String four", "String six", "long task");
    assertThat(event.getString("saddr")).isEqualTo("127.0.0.1");
    assertThat(event.getString("daddr")).isEqualTo("10.1.2.255");
    assertThat(event.getInt("dport")).isEqualTo(8080);
    assertThat(event.getString("four")).isEqualTo("1.1.1.1");
    assertThat(event.getString("six")).isEqualTo("::1");
    assertThat(event.getLong("task")).isEqualTo(0xffff_8880_0000_1000L);
    assertThat(event.getEventType().getField("task").getAnnotation(MemoryAddress.class))
        .isNotNull();
  }

  @Test
  void timesByTheirNamesAreDurations() {
    var struct =
        types
            .struct()
            .with("latency_ns", u64, 8)
            .with("io_delta_us", u32, 4)
            .with("elapsed_ms", s32, 4)
            .with("start_ns", u64, 8)
            .as("times");
    var event = record(struct, 24, b -> b.putLong(1500).putInt(7).putInt(9).putLong(5));
    assertThat(fields(event))
        .containsExactly("long latency_ns", "long io_delta_us", "long elapsed_ms", "long start_ns");
    assertThat(event.getDuration("latency_ns")).isEqualTo(Duration.ofNanos(1500));
    assertThat(event.getDuration("io_delta_us")).isEqualTo(Duration.ofNanos(7000));
    assertThat(event.getDuration("elapsed_ms")).isEqualTo(Duration.ofMillis(9));
    assertThat(event.getEventType().getField("start_ns").getAnnotation(Timespan.class)).isNull();
  }

  @Test
  void membersOfStructsAndUnionsAreFieldsOfTheirOwn() {
    var address = types.struct().with("port", u16, 2).with("host", u16, 2).as("address");
    var choice = types.struct().with("word", u32, 4).with("half", u16, 2).union("", 4);
    var struct =
        types
            .struct()
            .with("source", address, 4)
            .with("", choice, 4)
            .with("kept", choice, 4)
            .with("hosts", types.array(address, 2), 8)
            .with("mac", types.array(u8, 6), 6)
            .as("nested");
    var event =
        record(
            struct,
            26,
            b -> {
              b.putShort((short) 1).putShort((short) 2).putInt(0x10001).putInt(5);
              b.putShort((short) 3).putShort((short) 4).putShort((short) 5).putShort((short) 6);
              b.put(new byte[] {1, 2, 3, 4, 5, (byte) 255});
            });
    assertThat(fields(event))
        .containsExactly(
            "int source_port",
            "int source_host",
            "long word",
            "int half",
            "long kept_word",
            "int kept_half",
            "String hosts",
            "String mac");
    assertThat(event.getInt("source_host")).isEqualTo(2);
    assertThat(event.getLong("word")).isEqualTo(0x10001);
    assertThat(event.getInt("half")).isEqualTo(1);
    assertThat(event.getInt("kept_half")).isEqualTo(5);
    assertThat(event.getString("hosts"))
        .isEqualTo("[{\"port\":3,\"host\":4},{\"port\":5,\"host\":6}]");
    assertThat(event.getString("mac")).isEqualTo("[1,2,3,4,5,255]");
    assertThat(event.getEventType().getField("source_port").getLabel()).isEqualTo("source.port");
  }

  @Test
  void namesAreIdentifiersAndTheirOwn() {
    var inner = types.struct().with("b", u8, 1).as("inner");
    var struct =
        types
            .struct()
            .with("class", u8, 1)
            .with("duration", u8, 1)
            .with("startTime", u8, 1)
            .with("eventThread", u8, 1)
            .with("stackTrace", u8, 1)
            .with("a", inner, 1)
            .with("a_b", u8, 1)
            .with("9 lives", u8, 1)
            .with("_", u8, 1)
            .with("", u8, 1)
            .as("names");
    var event = record(struct, 10, b -> b.put(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    assertThat(fields(event))
        .containsExactly(
            "int class_",
            "int duration_2",
            "int startTime_2",
            "int eventThread_2",
            "int stackTrace_2",
            "int a_b",
            "int a_b_2",
            "int _9_lives",
            "int __",
            "int ___2");
    assertThat(event.getInt("duration_2")).isEqualTo(1);
    assertThat(event.getInt("a_b_2")).isEqualTo(6);
    try (var odd = JfrEvents.of("my-tool.new.", types.build(), inner)) {
      assertThat(odd).hasToString("Flight Recorder events 'my-tool.new.'");
      assertThat(Recorded.during(() -> odd.commit(new byte[1])))
          .extracting(e -> e.getEventType().getName())
          .containsExactly("ebpf.my_tool.new_.__");
    }
  }

  @Test
  void borrowedMemoryIsReadWhereItIs() {
    var struct = types.struct().with("a", u8, 1).with("b", u64, 8).as("packed");
    try (var events = JfrEvents.of("test.borrowed", types.build(), struct);
        var arena = Arena.ofConfined()) {
      var memory = arena.allocate(24);
      memory.set(ValueLayout.JAVA_LONG_UNALIGNED, 4, 77);
      var recorded = Recorded.during(() -> events.commit(memory.asSlice(3, 17).asReadOnly()));
      assertThat(recorded).extracting(e -> e.getLong("b")).containsExactly(77L);
    }
  }

  @Test
  void workIsDoneOnlyForRecordings() {
    var struct = types.struct().with("a", u8, 1).as("idle");
    try (var events = JfrEvents.of("test.idle", types.build(), struct)) {
      assertThat(events.isEnabled()).isFalse();
      events.commit(new byte[] {1});
      var recorded =
          Recorded.during(() -> {
            assertThat(events.isEnabled()).isTrue();
            events.commit(new byte[] {2});
          });
      assertThat(events.isEnabled()).isFalse();
      assertThat(recorded).extracting(e -> e.getInt("a")).containsExactly(2);
      try (var other = new Recording()) {
        other.disable("ebpf.test.idle");
        other.start();
        assertThat(events.isEnabled()).isFalse();
      }
    }
  }

  @Test
  void whatIsTooShortOrUnknownIsRecordedAsBytes() {
    var struct = types.struct().with("a", u32, 4).as("four");
    try (var events = JfrEvents.of("test.brief", types.build(), struct);
        var unknown = JfrEvents.untyped("test.raw")) {
      var recorded =
          Recorded.during(() -> {
            events.commit(new byte[] {1, 2, (byte) 255});
            events.commit(new byte[] {1, 0, 0, 0, 9, 9, 9});
            assertThat(unknown.isEnabled()).isTrue();
            unknown.commit(new byte[5000]);
          });
      assertThat(recorded)
          .extracting(e -> e.getEventType().getName())
          .containsExactly("ebpf.Untyped", "ebpf.test.brief", "ebpf.Untyped");
      assertThat(recorded.getFirst().getString("map")).isEqualTo("test.brief");
      assertThat(recorded.getFirst().getString("bytes")).isEqualTo("0102ff");
      assertThat(recorded.getFirst().getLong("size")).isEqualTo(3);
      assertThat(recorded.getLast().getLong("size")).isEqualTo(5000);
      assertThat(recorded.getLast().getString("bytes")).isEqualTo("00".repeat(1024));
      assertThat(unknown.isEnabled()).isFalse();
    }
  }

  @Test
  void lossIsRecorded() {
    try (var events = JfrEvents.untyped("test.lossy")) {
      var recorded = Recorded.during(() -> events.lost(42));
      assertThat(recorded).hasSize(1);
      assertThat(recorded.getFirst().getEventType().getName()).isEqualTo("ebpf.Lost");
      assertThat(recorded.getFirst().getString("map")).isEqualTo("test.lossy");
      assertThat(recorded.getFirst().getLong("count")).isEqualTo(42);
    }
  }

  private static long registered(String name) {
    return FlightRecorder.getFlightRecorder().getEventTypes().stream()
        .filter(t -> t.getName().equals(name))
        .count();
  }

  @Test
  void aTypeIsRegisteredOnceWhileItIsHeld() {
    var struct = types.struct().with("a", u8, 1).as("held");
    var name = "ebpf.test.held";
    var first = JfrEvents.of("test.held", types.build(), struct);
    var second = JfrEvents.of("test.held", types.build(), struct);
    assertThat(registered(name)).isEqualTo(1);
    first.close();
    first.close();
    assertThat(registered(name)).isEqualTo(1);
    second.close();
    assertThat(registered(name)).isZero();
    assertThatIllegalStateException().isThrownBy(() -> second.commit(new byte[1]));
    assertThatIllegalStateException().isThrownBy(() -> second.lost(1));
    for (byte i = 0; i < 3; i++) {
      var value = i;
      try (var again = JfrEvents.of("test.held", types.build(), struct)) {
        assertThat(registered(name)).isEqualTo(1);
        var recorded = Recorded.during(() -> again.commit(new byte[] {value}));
        assertThat(recorded).extracting(e -> e.getInt("a")).containsExactly((int) value);
      }
    }
  }

  @Test
  void recordingsKeepTheEventsOfTypesThatAreGone() {
    var struct = types.struct().with("a", u8, 1).as("gone");
    try (var recording = new Recording()) {
      recording.start();
      try (var events = JfrEvents.of("test.gone", types.build(), struct)) {
        events.commit(new byte[] {3});
      }
      try (var other = new Recording()) {
        // A second one makes JFR begin a new file.
        other.start();
      }
      recording.stop();
      assertThat(Recorded.events(recording)).extracting(e -> e.getInt("a")).containsExactly(3);
    }
  }

  @Test
  void anObjectSaysWhatItsEventsAre() {
    var spec = ObjectSpec.read(TestObjects.example("tools/execs.bpf.o"));
    try (var events = JfrEvents.of(spec, "events")) {
      var recorded =
          Recorded.during(() ->
              events.commit(
                  bytes(
                      ByteOrder.nativeOrder(),
                      124,
                      b ->
                          b.putInt(7)
                              .putInt(1)
                              .putInt(-1)
                              .put("sh".getBytes(StandardCharsets.UTF_8)))));
      assertThat(recorded).hasSize(1);
      var event = recorded.getFirst();
      assertThat(event.getEventType().getName()).isEqualTo("ebpf.execs.events");
      assertThat(fields(event))
          .containsExactly("long pid", "long ppid", "long uid", "String comm", "String filename");
      assertThat(event.getLong("uid")).isEqualTo(4294967295L);
      assertThat(event.getString("comm")).isEqualTo("sh");
    }
    try (var named = JfrEvents.of(spec, "events", "trace_entry")) {
      var recorded = Recorded.during(() -> named.commit(new byte[] {5, 0}));
      assertThat(recorded).extracting(e -> e.getInt("type")).containsExactly(5);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JfrEvents.of(ObjectSpec.read(TestObjects.file("run_events")), "raw"))
        .withMessageContaining("does not say what the events of 'raw' are");
    assertThatThrownBy(() -> JfrEvents.of(spec, "event"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no map 'event'");
    assertThatThrownBy(() -> JfrEvents.of(spec, "events", "evnet"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no struct 'evnet'; near it: event");
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  @Test
  void aShorterEventHasWhatIsThere() {
    try (var calls = JfrEvents.of(ObjectSpec.read(TestObjects.file("records")), "calls")) {
      var recorded =
          Recorded.during(() -> {
            calls.commit(hex("07000000 06000000 6c73202d6c00"));
            calls.commit(hex("07000000 06000000 6c73"));
            calls.commit(hex("07000000 0600"));
            calls.commit(new byte[0]);
          });
      assertThat(recorded)
          .extracting(e -> e.getEventType().getName())
          .containsExactly(
              "ebpf.records.calls", "ebpf.records.calls", "ebpf.Untyped", "ebpf.Untyped");
      assertThat(recorded.get(0).getString("args")).isEqualTo("ls -l");
      assertThat(recorded.get(0).getLong("ended")).isZero();
      assertThat(recorded.get(1).getString("args")).isEqualTo("ls");
      assertThat(recorded.get(2).getString("bytes")).isEqualTo("070000000600");
    }
  }

  @Test
  void aFlexibleArrayIsTheRestOfTheEvent() {
    var spec = ObjectSpec.read(TestObjects.file("records"));
    try (var lines = JfrEvents.of(spec, "lines");
        var stacks = JfrEvents.of(spec, "stacks")) {
      var recorded =
          Recorded.during(() -> {
            lines.commit(hex("01000000 0b000000 68656c6c6f20776f726c64"));
            lines.commit(hex("01000000 00000000"));
            stacks.commit(
                hex("0500000000000000 02000000 0a000000 0100 0300 14000000 0200 0400 ff"));
          });
      assertThat(recorded.get(0).getString("text")).isEqualTo("hello world");
      assertThat(recorded.get(1).getString("text")).isEmpty();
      assertThat(recorded.get(2).getString("frames"))
          .isEqualTo(
              "[{\"line\":10,\"depth\":1,\"flags\":3},{\"line\":20,\"depth\":2,\"flags\":4}]");
    }
  }

  @Test
  void refusesWhatIsNoEvent() {
    var large = types.struct().with("a", types.array(u64, 1 << 18), 1 << 21).as("large");
    var many = types.struct();
    for (int i = 0; i < 1001; i++) {
      many.with("m" + i, u8, 1);
    }
    var tooMany = many.as("many");
    var none = types.struct().as("none");
    var nested = none;
    for (int i = 0; i < 8; i++) {
      var next = types.struct();
      for (int m = 0; m < 100; m++) {
        next.with("m" + m, nested, 0);
      }
      nested = next.as("nested" + i);
    }
    var multiplied = nested;
    var past = types.struct().with("a", u8, 1).pad(4).with("b", u64, 2).as("past");
    var built = types.build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JfrEvents.of("x", built, u8))
        .withMessageContaining("is no struct");
    assertThatThrownBy(() -> JfrEvents.of("x", built, large))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("2097152 bytes");
    assertThatThrownBy(() -> JfrEvents.of("x", built, tooMany))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("1000");
    assertThatThrownBy(() -> JfrEvents.of("x", built, multiplied))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("1000");
    assertThatThrownBy(() -> JfrEvents.of("x", built, past))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("member b stands past the end");
  }

  @Test
  void structsThatContainThemselvesEnd() {
    var self = types.add(new BtfType.Struct("self", 4, false, List.of()));
    var broken = BtfBuilder.copyOf(types.build());
    broken.set(
        self,
        new BtfType.Struct("self", 4, false, List.of(new BtfType.Member("again", self, 0, 0))));
    assertThatThrownBy(() -> JfrEvents.of("x", broken.build(), self))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("nests more than");
  }
}
