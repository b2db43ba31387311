package org.ebpf4j.jfr;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import jdk.jfr.FlightRecorder;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.ObjectSpec;
import org.jspecify.annotations.Nullable;

/// Events of programs as events of JDK Flight Recorder, of a type that is built from their struct:
///
/// ```java
/// try (var execs = JfrEvents.of(spec, "events");
///     var events = object.ringBuffer("events")) {
///   events.poll(Duration.ofSeconds(1), execs::commit);
/// }
/// ```
///
/// The type is called `ebpf.` and the name, such as `ebpf.execs.events`, and is enabled in every
/// recording that does not say otherwise. Where no recording takes it, [#commit] does nothing. It
/// is registered until [#close]; what is of the same name and struct is one type.
///
/// # Fields
///
/// | member in C | field |
/// |---|---|
/// | integer of up to 2 bytes, signed of 4 bytes | `int` |
/// | unsigned integer of 4 bytes, integer of 8 bytes | `long`; `@Unsigned` for unsigned ones of 8 bytes |
/// | integer whose name ends in `duration`, `latency`, `delta` or `elapsed` and `_ns`, `_us` or `_ms` | `long` with `@Timespan` |
/// | bit field | as an integer of that many bits |
/// | `bool`, `float`, `double` | the same |
/// | enum | `String`: the name, or the number where none fits |
/// | pointer | `long` with `@MemoryAddress` |
/// | array of `char` | `String` up to the first zero |
/// | `__be16` | `int`, the number that it is |
/// | `__be32`, `struct in_addr`, `struct in6_addr` | `String`: the address |
/// | struct, union | a field for each member, called `struct_member` |
/// | another array, integer of 16 bytes | `String`: as JSON |
/// | flexible array at the end | `String`: the rest of the event, as text or JSON |
///
/// A field is called as its member, with `_` for what no identifier of Java may have and a number
/// behind it where the name is that of another field or one of JFR's own (`duration_2`). Its label
/// is the member's path. The time of an event is that of its commit, and its thread the one that
/// commits; stack traces are not taken.
///
/// One object may serve many threads.
public final class JfrEvents implements AutoCloseable {
  private static final int MOST_BYTES = 1024;

  private final String name;
  private final long size;
  private final @Nullable EventFields fields;
  private final Decoder[] decoders;
  private final @Nullable SharedEventType type;
  private final AtomicBoolean closed = new AtomicBoolean();

  private JfrEvents(String name, @Nullable EventFields fields, @Nullable SharedEventType type) {
    this.name = name;
    this.fields = fields;
    this.size = fields == null ? Long.MAX_VALUE : fields.size();
    this.decoders = fields == null ? new Decoder[0] : fields.decoders();
    this.type = type;
  }

  /// Events of the struct with the id `struct` in `types`, as the event type `ebpf.NAME`. Parts of
  /// the name are separated by dots: all but the last are the category, as of `execs.events` is
  /// `execs`.
  ///
  /// @throws IllegalArgumentException where the type is no struct
  /// @throws org.ebpf4j.error.MalformedObjectException where the types are damaged
  /// @throws UnsupportedFeatureException where this JVM has no Flight Recorder, or the struct more
  ///   than 1000 members or 1 MiB
  public static JfrEvents of(String name, Btf types, int struct) {
    checkAvailable();
    var fields = new EventFields(types, struct);
    var parts = name.split("\\.", -1);
    var category = new ArrayList<>(List.of("eBPF"));
    category.addAll(Arrays.asList(parts).subList(0, parts.length - 1));
    var structName = types.name(types.resolve(struct));
    var shape =
        new SharedEventType.Shape(
            Arrays.stream(parts)
                .map(JavaNames::identifier)
                .collect(Collectors.joining(".", "ebpf.", "")),
            parts[parts.length - 1],
            structName.isEmpty() ? "" : "struct " + structName,
            category,
            fields.fields());
    return new JfrEvents(name, fields, SharedEventType.hold(shape));
  }

  /// Events of a ring or perf buffer of an object, as the event type `ebpf.OBJECT.MAP`, of the
  /// struct that the object says they are.
  ///
  /// @throws NotFoundException where the object has no such map
  /// @throws IllegalArgumentException where the object does not say it
  public static JfrEvents of(ObjectSpec object, String map) {
    var type =
        EventType.declared(object, object.map(map))
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "the object does not say what the events of '" + map + "' are; name a struct"));
    return of(object.name() + '.' + map, type.types(), type.id());
  }

  /// The same, of the struct that has that name.
  ///
  /// @throws NotFoundException where the object has no such struct
  public static JfrEvents of(ObjectSpec object, String map, String struct) {
    var type = EventType.named(object, struct);
    return of(object.name() + '.' + map, type.types(), type.id());
  }

  /// Events of which nothing is known but their bytes, as the event type `ebpf.Untyped`.
  ///
  /// @param name the value of its field `map`
  /// @throws UnsupportedFeatureException where this JVM has no Flight Recorder
  public static JfrEvents untyped(String name) {
    checkAvailable();
    return new JfrEvents(name, null, null);
  }

  private static void checkAvailable() {
    if (!FlightRecorder.isAvailable()) {
      throw new UnsupportedFeatureException(
          "Flight Recorder", null, "this JVM has no Flight Recorder");
    }
  }

  /// Whether a recording takes these events now.
  public boolean isEnabled() {
    return type == null ? new UntypedEvent(name, 0, "").isEnabled() : type.isEnabled();
  }

  /// Gives an event to the recordings that take it. One that is shorter than the struct has what is
  /// there of text and arrays, and 0 for numbers that are missing; where it ends inside a number,
  /// or has no byte, it becomes an `ebpf.Untyped`. What is behind the struct is that of a flexible
  /// array, or left out.
  ///
  /// @throws IllegalStateException after [#close()]
  public void commit(MemorySegment event) {
    checkOpen();
    var length = event.byteSize();
    if (type == null || fields == null || (length < size && fields.cuts(length))) {
      commitUntyped(event);
    } else if (type.isEnabled()) {
      var whole = length < size ? filledUp(event) : event;
      var recorded = type.newEvent();
      for (int i = 0; i < decoders.length; i++) {
        recorded.set(i, decoders[i].decode(whole, length));
      }
      recorded.commit();
    }
  }

  /// The same for bytes in an array.
  public void commit(byte[] event) {
    commit(MemorySegment.ofArray(event));
  }

  private MemorySegment filledUp(MemorySegment event) {
    var whole = MemorySegment.ofArray(new byte[(int) size]);
    MemorySegment.copy(event, 0, whole, 0, event.byteSize());
    return whole;
  }

  private void commitUntyped(MemorySegment event) {
    if (new UntypedEvent(name, 0, "").isEnabled()) {
      var bytes =
          event.asSlice(0, Math.min(event.byteSize(), MOST_BYTES)).toArray(ValueLayout.JAVA_BYTE);
      new UntypedEvent(name, event.byteSize(), HexFormat.of().formatHex(bytes)).commit();
    }
  }

  /// Says that events were lost, as the event type `ebpf.Lost` with the fields `map` and `count`.
  ///
  /// @throws IllegalStateException after [#close()]
  public void lost(long count) {
    checkOpen();
    new LostEvent(name, count).commit();
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the events '" + name + "' were closed");
    }
  }

  /// Takes the event type away from JFR, unless somebody else has it. Recordings keep the events
  /// that they have.
  @Override
  public void close() {
    if (closed.compareAndSet(false, true) && type != null) {
      type.release();
    }
  }

  @Override
  public String toString() {
    return "Flight Recorder events '" + name + (closed.get() ? "' (closed)" : "'");
  }
}
