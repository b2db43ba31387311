package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.RunInput;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.contract.Misuse;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.ring.PerfBuffer;
import org.ebpf4j.ring.PerfBufferOptions;
import org.ebpf4j.ring.RingBuffer;
import org.ebpf4j.ring.UserRingBuffer;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Wrong uses throw, and do nothing worse: no end of the JVM, no hang, no descriptor left behind.
/// `-Debpf4j.misuse=100000` makes as many sequences, `-Debpf4j.misuse.seed` others.
@KernelTest
@RequiresKernel(value = "5.8", because = "ring buffers")
@Requires(Facility.SPEED)
@Timeout(1800)
@SuppressWarnings("try") // What is closed by hand is what is tried.
class MisuseTest {
  private static final int SHARED = 3;
  private static final Duration LONG = Duration.ofSeconds(100);

  private final LinuxKernel kernel = LinuxKernel.open();

  record Event(long sequence, int cpu, int check) {}

  record Pair(long first, long second) {}

  record Narrow(int number) {}

  record Wide(long a, long b, long c) {}

  /// Thrown in a callback, to come out of whatever called it.
  private static final class Mine extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
  }

  private static Misuse.Named step(String name, Misuse.Step step) {
    return new Misuse.Named(name, step);
  }

  private static Duration moment(Random random) {
    return Duration.ofNanos(random.nextInt(2_000_000));
  }

  private static int first(MemorySegment record) {
    return record.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
  }

  /// A record that was lent, and what it showed then.
  private record Kept(MemorySegment record, int shown) {
    Kept(MemorySegment record) {
      this(record, first(record));
    }

    /// It shows the same, or is refused.
    void useAgain() {
      try {
        assertThat(first(record)).isEqualTo(shown);
      } catch (IllegalStateException e) {
        assertThat(record.scope().isAlive()).isFalse();
      }
    }
  }

  // Maps.

  /// Maps that all threads use, and close under each other's hands.
  private final AtomicReferenceArray<LinuxMap> maps = new AtomicReferenceArray<>(SHARED);

  private LinuxMap create(int index) {
    return switch (index) {
      case 0 -> kernel.createMap(MapSpec.of("misused", MapType.HASH, 4, 16, 64));
      case 1 ->
          kernel.createMap(
              MapSpec.of("misused", MapType.ARRAY, 4, 8, 64).withFlags(MapSpec.MMAPABLE));
      default -> kernel.createMap(MapSpec.of("misused", MapType.PERCPU_ARRAY, 4, 8, 4));
    };
  }

  private void reopen(int index) {
    var old = maps.get(index);
    old.close();
    var made = create(index);
    if (!maps.compareAndSet(index, old, made)) {
      made.close();
    }
  }

  private LinuxMap any(Random random) {
    return maps.get(random.nextInt(SHARED));
  }

  private List<Misuse.Named> ofMaps() {
    return List.of(
        step("reopen", r -> reopen(r.nextInt(SHARED))),
        step("close", r -> any(r).close()),
        step(
            "close twice",
            r -> {
              var map = any(r);
              map.close();
              map.close();
            }),
        step("look up bytes", r -> any(r).lookup(new byte[r.nextInt(8)])),
        step(
            "update with bytes",
            r -> any(r).update(new byte[4], new byte[r.nextInt(20)], Update.ANY)),
        step("delete", r -> any(r).delete(new byte[4])),
        step("take out", r -> any(r).lookupAndDelete(new byte[4])),
        step("as what fits", r -> maps.get(0).as(Integer.class, Pair.class).lookup(r.nextInt(80))),
        step(
            "update what may not fit",
            r -> maps.get(0).as(Integer.class, Pair.class).update(r.nextInt(80), new Pair(1, 2))),
        step("as what does not fit", r -> any(r).as(Integer.class, Wide.class)),
        step("codec of another size", r -> any(r).as(Codec.bytes(r.nextInt(9)), Codec.bytes(8))),
        step("per CPU", r -> any(r).perCpu(Integer.class, Long.class).lookup(r.nextInt(8))),
        step("as a queue", r -> any(r).queue(Long.class)),
        step("as a map of maps", r -> any(r).maps(Integer.class)),
        step("as programs", r -> any(r).programs()),
        step("as storage", r -> any(r).storage(Long.class)),
        step("as a ring", r -> any(r).ringBuffer()),
        step("as a perf buffer", r -> any(r).perfBuffer()),
        step(
            "go through and close",
            r -> {
              var map = any(r);
              map.entries().forEach((_, _) -> map.close());
            }),
        step(
            "drain and close",
            r -> {
              var map = any(r);
              map.drain((_, _) -> map.close());
            }),
        step(
            "cursor out of place",
            r -> {
              try (var cursor = any(r).entries().cursor()) {
                for (int i = r.nextInt(80); i > 0; i--) {
                  cursor.next();
                }
                cursor.key();
              }
            }),
        step("count", r -> any(r).count()),
        step("freeze", r -> any(r).freeze()),
        step("descriptor", r -> assertThat(any(r).fd()).isGreaterThan(2)),
        step("information", r -> any(r).info()),
        step(
            "memory after close",
            r -> {
              var map = any(r);
              var memory = map.memory();
              if (r.nextBoolean()) {
                map.close();
                assertThatThrownBy(() -> first(memory)).isInstanceOf(IllegalStateException.class);
              } else {
                memory.setAtIndex(ValueLayout.JAVA_LONG, r.nextInt(64), 1);
              }
            }),
        step(
            "memory beyond its end",
            r -> {
              var memory = maps.get(1).memory();
              assertThatThrownBy(
                      () -> memory.get(ValueLayout.JAVA_BYTE, memory.byteSize() + r.nextInt(9)))
                  .isInstanceOfAny(IndexOutOfBoundsException.class, IllegalStateException.class);
            }),
        step(
            "duplicate outlives",
            r -> {
              var map = any(r);
              try (var other = map.duplicate()) {
                map.close();
                other.count();
              }
            }));
  }

  @Test
  void ofMapsThrows() throws Exception {
    for (int i = 0; i < SHARED; i++) {
      maps.set(i, create(i));
    }
    try {
      assertThat(Misuse.run(ofMaps())).isEmpty();
    } finally {
      for (int i = 0; i < SHARED; i++) {
        maps.get(i).close();
      }
    }
  }

  // Rings.

  private static void emit(LinuxObject object, String program, int times) {
    object.program(program).run(RunInput.packet(new byte[64]).repeat(times));
  }

  private static LinuxMap ringOf(LinuxObject object, int index) {
    return object.map(index == 0 ? "events" : "others");
  }

  private static RingBuffer any(AtomicReferenceArray<RingBuffer> rings, Random random) {
    return rings.get(random.nextInt(rings.length()));
  }

  private List<Misuse.Named> ofRings(LinuxObject object, AtomicReferenceArray<RingBuffer> rings) {
    return List.of(
        step(
            "reopen",
            r -> {
              var index = r.nextInt(rings.length());
              var old = rings.get(index);
              // Two readers of a ring are another step.
              old.close();
              var made = ringOf(object, index).ringBuffer();
              if (!rings.compareAndSet(index, old, made)) {
                made.close();
              }
            }),
        step("emit", r -> emit(object, "emit", 1 + r.nextInt(300))),
        step("emit others", r -> emit(object, "emit_other", 1 + r.nextInt(300))),
        step("emit short ones", r -> emit(object, "emit_short", 1 + r.nextInt(20))),
        step("emit long ones", r -> emit(object, "emit_long", 1 + r.nextInt(3))),
        step("discard", r -> emit(object, "discard", 1 + r.nextInt(20))),
        step("close", r -> any(rings, r).close()),
        step("poll", r -> any(rings, r).poll(moment(r), record -> record.byteSize())),
        step("poll for less than one", r -> any(rings, r).poll(LONG, -r.nextInt(2), _ -> {})),
        step("consume", r -> any(rings, r).consume(MisuseTest::first)),
        step("read as events", r -> any(rings, r).as(Event.class).consume(_ -> {})),
        step(
            "read as what is too long", r -> any(rings, r).as(Wide.class).poll(moment(r), _ -> {})),
        step("next", r -> any(rings, r).as(Narrow.class).next(moment(r))),
        step("no codec", r -> any(rings, r).as(Object.class)),
        step(
            "keep a record",
            r -> {
              var kept = new ArrayList<MemorySegment>();
              any(rings, r).poll(moment(r), 5, kept::add);
              for (var one : kept) {
                assertThatThrownBy(() -> one.get(ValueLayout.JAVA_BYTE, 0))
                    .isInstanceOf(IllegalStateException.class);
              }
            }),
        step(
            "use a record of before",
            r -> {
              var kept = new ArrayList<Kept>();
              any(rings, r)
                  .consume(record -> {
                    kept.add(new Kept(record));
                    kept.getFirst().useAgain();
                  });
            }),
        step(
            "read a record beyond its end",
            r ->
                any(rings, r)
                    .consume(record ->
                        assertThatThrownBy(
                                () -> record.get(ValueLayout.JAVA_BYTE, record.byteSize()))
                            .isInstanceOf(IndexOutOfBoundsException.class))),
        step(
            "write to a record",
            r -> any(rings, r).consume(record -> record.set(ValueLayout.JAVA_BYTE, 0, (byte) 1))),
        step(
            "use a record in another thread",
            r -> {
              any(rings, r)
                  .poll(
                      Duration.ZERO,
                      1,
                      record -> {
                        var other = new AtomicReference<Throwable>();
                        try {
                          Thread.ofPlatform()
                              .uncaughtExceptionHandler((_, e) -> other.set(e))
                              .start(() -> first(record))
                              .join();
                        } catch (InterruptedException e) {
                          throw new IllegalStateException(e);
                        }
                        assertThat(other.get()).isInstanceOf(WrongThreadException.class);
                      });
            }),
        step(
            "close in a callback",
            r -> {
              var ring = any(rings, r);
              ring.poll(
                  moment(r),
                  record -> {
                    ring.close();
                    ring.close();
                    first(record);
                  });
            }),
        step(
            "poll in a callback",
            r -> {
              var ring = any(rings, r);
              ring.consume(_ ->
                  assertThatThrownBy(() -> ring.poll(LONG, _ -> {}))
                      .isInstanceOf(IllegalStateException.class));
            }),
        step(
            "throw in a callback",
            r -> {
              var ring = any(rings, r);
              ring.consume(_ -> {
                throw new Mine();
              });
            }),
        step(
            "poll interrupted",
            r -> {
              Thread.currentThread().interrupt();
              any(rings, r).poll(LONG, _ -> {});
            }),
        step("wake up", r -> any(rings, r).wakeup()),
        step("available", r -> any(rings, r).available()),
        step(
            "close under a blocked read",
            r -> {
              var index = r.nextInt(rings.length());
              var ring = rings.get(index);
              var closer = Thread.ofPlatform().start(ring::close);
              try {
                ring.poll(LONG, _ -> {});
              } finally {
                closer.join();
              }
            }),
        step(
            "poller of what is closed",
            r -> {
              try (var poller = kernel.ringPoller()) {
                var ring = any(rings, r);
                poller.add(ring, _ -> {});
                poller.add(
                    any(rings, r).as(Event.class),
                    _ -> {
                      ring.close();
                      if (r.nextBoolean()) {
                        poller.close();
                      }
                    });
                poller.poll(moment(r));
                poller.close();
                poller.poll(LONG);
              }
            }),
        step(
            "close the map meanwhile",
            r -> {
              try (var map = ringOf(object, 0).duplicate();
                  var other = map.ringBuffer()) {
                map.close();
                other.available();
              }
            }));
  }

  @Test
  void ofRingsThrows() throws Exception {
    try (var object = Run.ring(4096)) {
      var rings = new AtomicReferenceArray<RingBuffer>(2);
      for (int i = 0; i < rings.length(); i++) {
        rings.set(i, ringOf(object, i).ringBuffer());
      }
      try {
        assertThat(Misuse.run(ofRings(object, rings))).isEmpty();
        // After all that, they work.
        for (int i = 0; i < rings.length(); i++) {
          rings.get(i).close();
          rings.set(i, ringOf(object, i).ringBuffer());
          rings.get(i).consume(_ -> {});
          emit(object, i == 0 ? "emit" : "emit_other", 10);
          assertThat(rings.get(i).as(Event.class).consume(_ -> {})).isEqualTo(10);
        }
      } finally {
        for (int i = 0; i < rings.length(); i++) {
          rings.get(i).close();
        }
      }
    }
  }

  /// Readers that take records from each other get wrong ones or are told so, and no more happens.
  @Test
  void severalReadersOfOneRingThrow() throws Exception {
    try (var object = Run.ring(4096)) {
      var steps =
          List.of(
              step("emit", r -> emit(object, "emit", 1 + r.nextInt(300))),
              step(
                  "read with another",
                  r -> {
                    try (var ring = object.ringBuffer("events")) {
                      ring.poll(moment(r), record -> record.toArray(ValueLayout.JAVA_BYTE));
                    }
                  }));
      assertThat(Misuse.run(steps)).isEmpty();
    }
  }

  // Perf buffers.

  private static final PerfBufferOptions SMALL = PerfBufferOptions.DEFAULT.withBytesPerCpu(4096);

  private static void emitPerf(LinuxObject object, Random random) {
    var context = java.nio.ByteBuffer.allocate(16).order(java.nio.ByteOrder.nativeOrder());
    context.putLong(1 + random.nextInt(100)).putLong(16 + random.nextInt(100));
    object.program("perf_emit").run(RunInput.context(context.array()).cpu(0));
  }

  private List<Misuse.Named> ofPerfBuffers(LinuxObject object, Misuse.Shared<PerfBuffer> shared) {
    return List.of(
        step(
            "reopen",
            r -> {
              var old = shared.get();
              old.close();
              var options = r.nextInt(4) == 0 ? SMALL.overwriting() : SMALL;
              var made = object.perfBuffer("events", options);
              if (!shared.replace(old, made)) {
                made.close();
              }
            }),
        step("emit", r -> emitPerf(object, r)),
        step("close", _ -> shared.get().close()),
        step("poll", r -> shared.get().poll(moment(r), (_, record) -> first(record))),
        step("consume", _ -> shared.get().consume((_, _) -> {})),
        step("snapshot", _ -> shared.get().snapshot((_, record) -> first(record))),
        step("read as events", _ -> shared.get().as(Event.class).consume((_, _) -> {})),
        step("lost", _ -> shared.get().lost()),
        step("refresh", _ -> shared.get().refresh()),
        step("wake up", _ -> shared.get().wakeup()),
        step(
            "keep a record",
            r -> {
              var kept = new ArrayList<Kept>();
              shared.get().poll(moment(r), 5, (_, record) -> kept.add(new Kept(record)));
              kept.forEach(Kept::useAgain);
            }),
        step(
            "close in a callback",
            r -> {
              var buffer = shared.get();
              buffer.poll(
                  moment(r),
                  (_, record) -> {
                    buffer.close();
                    first(record);
                  });
            }),
        step(
            "poll in a callback",
            _ -> {
              var buffer = shared.get();
              buffer.consume((_, _) ->
                  assertThatThrownBy(() -> buffer.poll(LONG, (_, _) -> {}))
                      .isInstanceOf(IllegalStateException.class));
            }),
        step(
            "throw in a callback",
            _ ->
                shared
                    .get()
                    .consume((_, _) -> {
                      throw new Mine();
                    })),
        step(
            "close under a blocked read",
            _ -> {
              var buffer = shared.get();
              var closer = Thread.ofPlatform().start(buffer::close);
              try {
                buffer.poll(LONG, (_, _) -> {});
              } finally {
                closer.join();
              }
            }),
        step("of a ring", _ -> object.perfBuffer(".bss", SMALL).close()));
  }

  @Test
  @RequiresKernel(value = "5.10", because = "runs of raw tracepoints on a chosen CPU")
  void ofPerfBuffersThrows() throws Exception {
    try (var object = kernel.load(Run.spec("perf_events"))) {
      var shared = new Misuse.Shared<>(object.perfBuffer("events", SMALL));
      try {
        assertThat(Misuse.run(ofPerfBuffers(object, shared))).isEmpty();
      } finally {
        shared.get().close();
      }
    }
  }

  // User rings.

  private List<Misuse.Named> ofUserRings(LinuxObject object, Misuse.Shared<UserRingBuffer> shared) {
    return List.of(
        step(
            "reopen",
            _ -> {
              var old = shared.get();
              old.close();
              var made = object.userRingBuffer("commands");
              if (!shared.replace(old, made)) {
                made.close();
              }
            }),
        step("drain", _ -> object.program("drain").run(RunInput.packet(new byte[64]))),
        step("close", _ -> shared.get().close()),
        step("pending", _ -> shared.get().pending()),
        step("put", r -> shared.get().as(Pair.class).put(new Pair(1, 2), moment(r))),
        step("reserve too much", r -> shared.get().reserve(4089 + r.nextInt(1 << 30))),
        step("reserve less than nothing", r -> shared.get().reserve(-1 - r.nextInt(9))),
        step(
            "submit twice",
            r -> {
              var one = shared.get().reserve(r.nextInt(200), moment(r));
              one.ifPresent(record -> {
                record.submit();
                record.submit();
              });
            }),
        step(
            "use after submission",
            _ -> {
              var one = shared.get().reserve(8);
              one.ifPresent(record -> {
                var memory = record.memory();
                record.submit();
                memory.set(ValueLayout.JAVA_LONG, 0, 1);
                throw new AssertionError("memory that was submitted was written to");
              });
            }),
        step(
            "submit after close",
            _ -> {
              var ring = shared.get();
              var one = ring.reserve(8);
              ring.close();
              one.ifPresent(record -> {
                record.memory().set(ValueLayout.JAVA_LONG, 0, 1);
                record.submit();
              });
            }),
        step(
            "submit in another thread",
            _ -> {
              var one = shared.get().reserve(8);
              if (one.isPresent()) {
                try (var record = one.get()) {
                  var other = new AtomicReference<Throwable>();
                  Thread.ofPlatform()
                      .uncaughtExceptionHandler((_, e) -> other.set(e))
                      .start(record::submit)
                      .join();
                  assertThat(other.get()).isInstanceOf(WrongThreadException.class);
                }
              }
            }));
  }

  @Test
  @RequiresKernel(value = "6.1", because = "user ring buffers")
  void ofUserRingsThrows() throws Exception {
    try (var object = kernel.load(Run.spec("ring_commands"))) {
      var shared = new Misuse.Shared<>(object.userRingBuffer("commands"));
      try {
        assertThat(Misuse.run(ofUserRings(object, shared))).isEmpty();
      } finally {
        shared.get().close();
      }
    }
  }

  // Maps that others take away.

  @Test
  @Requires({Facility.BPFFS, Facility.SPEED})
  void mapWhosePinIsRemovedIsStillHeld() {
    try (var pins = ScratchPins.create();
        var map = kernel.createMap(MapSpec.of("misused", MapType.HASH, 4, 16, 64))) {
      map.pin(pins.at("map"));
      try (var other = kernel.openMap(pins.at("map"))) {
        ScratchPins.unpin(pins.at("map"));
        map.close();
        other.update(new byte[4], new byte[16], Update.ANY);
        assertThat(other.count()).isOne();
        assertThatThrownBy(() -> kernel.openMap(pins.at("map")))
            .isInstanceOf(KernelException.class);
        assertThatThrownBy(map::count).isInstanceOf(IllegalStateException.class);
      }
    }
  }

  @Test
  void innerMapThatIsReplacedIsStillHeld() {
    var inner = MapSpec.of("inner", MapType.HASH, 4, 16, 64);
    var spec = MapSpec.of("outer", MapType.HASH_OF_MAPS, 4, 4, 4).withInner(inner);
    try (var outer = kernel.createMap(spec);
        var first = kernel.createMap(inner);
        var second = kernel.createMap(inner)) {
      var all = outer.maps(Integer.class);
      all.update(1, first, Update.ANY);
      try (var held = all.lookup(1).orElseThrow()) {
        all.update(1, second, Update.ANY);
        first.close();
        held.update(new byte[4], new byte[16], Update.ANY);
        assertThat(held.count()).isOne();
        assertThat(all.delete(1)).isTrue();
        assertThat(all.lookup(1)).isEmpty();
        outer.close();
        assertThatThrownBy(() -> all.lookup(1)).isInstanceOf(IllegalStateException.class);
        assertThat(held.count()).isOne();
      }
    }
  }
}
