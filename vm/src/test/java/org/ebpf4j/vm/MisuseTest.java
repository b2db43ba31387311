package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.Link;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.contract.Misuse;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Wrong uses throw, and do nothing worse. `-Debpf4j.misuse=100000` makes as many sequences of
/// them, `-Debpf4j.misuse.seed` others.
@Timeout(3600)
@SuppressWarnings("try") // What is closed by hand is what is tried.
class MisuseTest {
  private static final int SHARED = 8;
  private static final int STEPS = 10_000;
  private static final Tracepoint PLACE = new Tracepoint("syscalls", "sys_enter_getuid");
  private static final MapType[] TYPES = MapType.values();
  private static final MapSpec INNER = MapSpec.of("inner", MapType.HASH, 4, 8, 4);
  private static final List<ObjectSpec> SPECS =
      Stream.of(
              "run_types",
              "slots",
              "life_jump",
              "code_callbacks",
              "ring_events",
              "perf_events",
              "data_maps",
              "ring_commands",
              "load_maps",
              "map_zoo",
              "run_sees",
              "code_tail")
          .map(name -> ObjectSpec.read(name + ".bpf.o", TestObjects.bytes(name)))
          .toList();

  private final VirtualKernel kernel = VirtualKernel.builder().unverified().steps(STEPS).build();
  private final List<Misuse.Shared<VirtualMap>> maps = new ArrayList<>();
  private final List<Misuse.Shared<VirtualObject>> objects = new ArrayList<>();
  private final List<Misuse.Shared<Link>> links = new ArrayList<>();

  private static Misuse.Named step(String name, Misuse.Step step) {
    return new Misuse.Named(name, step);
  }

  private static byte[] bytes(Random random, int size) {
    var bytes = new byte[random.nextInt(20) == 0 ? random.nextInt(64) : size];
    if (random.nextBoolean()) {
      random.nextBytes(bytes);
    } else if (bytes.length > 0) {
      bytes[0] = (byte) random.nextInt(20);
    }
    return bytes;
  }

  private VirtualMap map(Random random) {
    return maps.get(random.nextInt(SHARED)).get();
  }

  private VirtualObject object(Random random) {
    return objects.get(random.nextInt(SHARED)).get();
  }

  private VirtualProgram program(Random random) {
    var programs = object(random).programs();
    if (programs.isEmpty()) {
      throw new IllegalStateException("none is loaded");
    }
    return programs.get(random.nextInt(programs.size()));
  }

  private Link link(Random random) {
    return links.get(random.nextInt(SHARED)).get();
  }

  private VirtualMap create(Random random) {
    var sizes = new int[] {0, 1, 4, 8, 16, random.nextInt(1 << 18), -random.nextInt(1 << 20)};
    var spec =
        MapSpec.of(
                "misused",
                TYPES[random.nextInt(TYPES.length)],
                sizes[random.nextInt(random.nextInt(8) == 0 ? 7 : 5)],
                sizes[random.nextInt(random.nextInt(8) == 0 ? 7 : 5)],
                new long[] {0, 1, 4, 4096, 1L << 33, Integer.MAX_VALUE}
                    [random.nextInt(random.nextInt(8) == 0 ? 6 : 4)])
            .withFlags(random.nextInt(3) == 0 ? 1 << random.nextInt(20) : random.nextInt(2));
    return kernel.createMap(random.nextBoolean() ? spec.withInner(INNER) : spec);
  }

  private VirtualMap plain(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> kernel.createMap(INNER);
      case 1 ->
          kernel.createMap(MapSpec.of("outer", MapType.HASH_OF_MAPS, 4, 4, 3).withInner(INNER));
      case 2 -> kernel.createMap(MapSpec.of("ring", MapType.RINGBUF, 0, 0, 4096));
      case 3 -> kernel.createMap(MapSpec.of("programs", MapType.PROG_ARRAY, 4, 4, 3));
      case 4 -> kernel.createMap(MapSpec.of("events", MapType.PERF_EVENT_ARRAY, 4, 4, 4));
      default -> kernel.createMap(MapSpec.of("values", MapType.ARRAY, 4, 8, 4).withFlags(1 << 10));
    };
  }

  /// Code that nobody wrote: that of another program with some bits of it changed.
  private static ObjectSpec wild(Random random) {
    var spec = spec(random);
    return spec.withEachProgram(program -> {
      var slots = program.instructions().toSlots();
      for (int i = random.nextInt(4); i >= 0 && slots.length > 0; i--) {
        slots[random.nextInt(slots.length)] ^= 1L << random.nextInt(64);
      }
      return new ProgramSpec(
          program.name(),
          program.section(),
          program.type(),
          program.attachType(),
          program.attachPoint(),
          program.flags(),
          program.autoload(),
          Instructions.of(slots),
          program.subprograms(),
          program.mapReferences(),
          program.functions(),
          program.lines(),
          program.coreRelocations(),
          program.externReferences(),
          program.jumpTables(),
          program.exceptionCallback());
    });
  }

  private static ObjectSpec spec(Random random) {
    return SPECS.get(random.nextInt(SPECS.size()));
  }

  private static <T extends AutoCloseable> void replace(
      Random random, List<Misuse.Shared<T>> all, T made) throws Exception {
    var place = all.get(random.nextInt(SHARED));
    var old = place.get();
    if (random.nextInt(4) > 0) {
      old.close();
    }
    if (!place.replace(old, made)) {
      made.close();
    }
  }

  private void run(Random random) {
    var data = bytes(random, 64);
    var input =
        switch (random.nextInt(3)) {
          case 0 -> RunInput.packet(data);
          case 1 -> RunInput.context(data);
          default -> RunInput.packet(data).withContext(bytes(random, 192));
        };
    program(random).run(random.nextInt(8) == 0 ? input.cpu(random.nextInt(8)) : input);
  }

  private List<Misuse.Named> steps() {
    return List.of(
        step("plain map", r -> replace(r, maps, plain(r))),
        step("map", r -> replace(r, maps, create(r))),
        step(
            "object",
            r ->
                replace(r, objects, kernel.load(spec(r), LoadOptions.DEFAULT.withKeepGoing(true)))),
        step(
            "wild object",
            r ->
                replace(r, objects, kernel.load(wild(r), LoadOptions.DEFAULT.withKeepGoing(true)))),
        step("attach", r -> replace(r, links, program(r).attach())),
        step("attach to a place", r -> replace(r, links, program(r).attach(place(r)))),
        step("close map", r -> map(r).close()),
        step("close object", r -> object(r).close()),
        step("close link", r -> link(r).close()),
        step("detach", r -> link(r).detach()),
        step("update link", r -> link(r).update(program(r))),
        step("update link of", r -> link(r).update(program(r), program(r))),
        step("disconnect", r -> link(r).disconnect()),
        step("run", this::run),
        step("run again", this::run),
        step("fire", r -> kernel.fire(place(r), RunInput.context(bytes(r, 64)))),
        step("lookup", r -> map(r).lookup(bytes(r, map(r).keySize()))),
        step(
            "update",
            r -> {
              var map = map(r);
              map.update(
                  bytes(r, map.keySize()),
                  bytes(r, map.valueSize()),
                  List.of(Update.values()).get(r.nextInt(3)));
            }),
        step("delete", r -> map(r).delete(bytes(r, map(r).keySize()))),
        step("take", r -> map(r).lookupAndDelete(bytes(r, map(r).keySize()))),
        step("count", r -> map(r).count()),
        step("drain", r -> map(r).drain((key, value) -> {})),
        step(
            "update many",
            r -> {
              var map = map(r);
              map.updateAll(Map.of(bytes(r, map.keySize()), bytes(r, map.valueSize())), Update.ANY);
            }),
        step("freeze", r -> map(r).freeze()),
        step("locked", r -> map(r).locked().lookup(bytes(r, map(r).keySize()))),
        step("memory", r -> write(r, map(r).memory())),
        step("put map", r -> map(r).maps(Integer.class).update(r.nextInt(4), map(r), Update.ANY)),
        step("put program", r -> map(r).programs().set(r.nextInt(4), program(r))),
        step("get program", r -> map(r).programs().get(r.nextInt(4)).ifPresent(p -> p.close())),
        step("get map", r -> map(r).maps(Integer.class).lookup(1).ifPresent(m -> m.close())),
        step("storage", r -> map(r).storage(Long.class).update(r.nextInt(100), 1L, Update.ANY)),
        step("map by id", r -> kernel.openMap(r.nextInt(500)).close()),
        step("program by id", r -> kernel.openProgram(r.nextInt(500)).close()),
        step("link by id", r -> kernel.openLink(r.nextInt(500)).close()),
        step("duplicate map", r -> map(r).duplicate().close()),
        step("duplicate program", r -> program(r).duplicate().close()),
        step("pin map", r -> map(r).pin(pin(r))),
        step("pin program", r -> program(r).pin(pin(r))),
        step("pin link", r -> link(r).pin(pin(r))),
        step("unpin", r -> kernel.unpin(pin(r))),
        step("pinned", r -> kernel.openMap(pin(r)).close()),
        step("references", r -> map(r).references()),
        step("read ring", r -> poll(map(r))),
        step("read perf", r -> pollPerf(map(r))),
        step("variable", r -> object(r).variable("runs").set(r.nextLong())),
        step(
            "given map",
            r -> kernel.load(spec(r), LoadOptions.DEFAULT.withMap("events", map(r))).close()));
  }

  private static void write(Random random, MemorySegment memory) {
    if (memory.byteSize() > 8) {
      memory.set(
          ValueLayout.JAVA_BYTE, random.nextLong(memory.byteSize()), (byte) random.nextInt());
    }
  }

  private static void poll(VirtualMap map) {
    try (var ring = map.ringBuffer()) {
      ring.poll(Duration.ZERO, 10, record -> {});
    }
  }

  private static void pollPerf(VirtualMap map) {
    try (var buffer = map.perfBuffer()) {
      buffer.poll(Duration.ZERO, 10, (cpu, record) -> {});
    }
  }

  private static Path pin(Random random) {
    return Path.of("/pins/" + random.nextInt(5));
  }

  private static org.ebpf4j.attach.AttachPoint place(Random random) {
    return random.nextBoolean() ? PLACE : new Xdp("eth" + random.nextInt(3), Xdp.Mode.GENERIC);
  }

  @Test
  void isAnsweredByExceptions() throws InterruptedException {
    var random = new Random(1);
    for (int i = 0; i < SHARED; i++) {
      maps.add(new Misuse.Shared<>(plain(random)));
      var object = kernel.load(ObjectSpec.read("slots.bpf.o", TestObjects.bytes("slots")));
      objects.add(new Misuse.Shared<>(object));
      links.add(new Misuse.Shared<>(object.program("counted").attach()));
    }
    assertThat(Misuse.run(steps())).isEmpty();
    maps.forEach(map -> map.get().close());
    objects.forEach(object -> object.get().close());
    links.forEach(link -> link.get().close());
  }
}
