package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.Link;
import org.ebpf4j.RawMap;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds objects: operations that are drawn, against a model that counts for itself.
class LifetimesTest {
  private static final Tracepoint PLACE = new Tracepoint("syscalls", "sys_enter_getuid");
  private static final int OPERATIONS = 3_000;

  /// What may be open at a time.
  private static final int MOST = 40;

  private static final MapSpec INNER = MapSpec.of("inner", MapType.HASH, 4, 8, 4);

  private final VirtualKernel kernel = VirtualKernel.open();
  private final ObjectSpec spec = ObjectSpec.read("slots.bpf.o", TestObjects.bytes("slots"));
  private final List<RawMap> maps = new ArrayList<>();
  private final List<BpfProgram> programs = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();

  private final List<Path> pins = new ArrayList<>();

  private int lastPin;

  /// What holds which object: `holder -> object`, one entry for each reference.
  private final List<String> model = new ArrayList<>();

  private void expect(VirtualReferences references, String object) {
    assertThat(references.isExplained()).as(references.toString()).isTrue();
    assertThat(references.count())
        .as(object + ": " + references.found())
        .isEqualTo(model.stream().filter(held -> held.endsWith(" -> " + object)).count());
  }

  private void check() {
    maps.forEach(map -> expect(((VirtualMap) map).references(), "map " + map.id()));
    programs.forEach(p -> expect(((VirtualProgram) p).references(), "program " + p.id()));
    links.forEach(
        link -> expect(((VirtualLink) link).references(), "link " + link.ids().getFirst()));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void referencesComeToTheCount(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < OPERATIONS; i++) {
      operate(random);
      if (i % 50 == 0) {
        check();
      }
    }
    check();
    pins.forEach(kernel::unpin);
    maps.forEach(RawMap::close);
    programs.forEach(BpfProgram::close);
    links.forEach(Link::close);
    assertThat(List.of(kernel.mapIds(), kernel.programIds(), kernel.linkIds()))
        .containsOnly(List.of());
  }

  private void operate(SplittableRandom random) {
    // What grows faster than it is closed makes the comparison slow, and shows no more.
    switch (random.nextInt(maps.size() < MOST ? 0 : 5, 12)) {
      case 0 -> addMap(kernel.createMap(INNER));
      case 1 ->
          addMap(
              kernel.createMap(
                  MapSpec.of("outer", MapType.HASH_OF_MAPS, 4, 4, 3).withInner(INNER)));
      case 2 -> load();
      case 3 -> with(random, maps, map -> addMap(map.duplicate()));
      case 4 -> with(random, programs, p -> addProgram(p.duplicate()));
      case 5 -> with(random, programs, this::attach);
      case 6 -> with(random, maps, map -> pin(random, "map " + map.id(), map::pin));
      case 7 -> with(random, programs, p -> pin(random, "program " + p.id(), p::pin));
      case 8 -> unpin(random);
      case 9 -> put(random);
      case 10 -> closeSome(random);
      default -> with(random, links, link -> detach(link));
    }
  }

  private static <T> void with(SplittableRandom random, List<T> all, Consumer<T> use) {
    if (!all.isEmpty()) {
      use.accept(all.get(random.nextInt(all.size())));
    }
  }

  private void addMap(RawMap map) {
    model.add("open -> map " + map.id());
    maps.add(map);
  }

  private void addProgram(BpfProgram program) {
    model.add("open -> program " + program.id());
    programs.add(program);
  }

  private void load() {
    if (programs.size() > MOST) {
      return;
    }
    var object = kernel.load(spec);
    var program = object.program("counted");
    object.maps().forEach(this::addMap);
    addProgram(program);
    // The only map that it uses.
    model.add("program " + program.id() + " -> map " + object.map("d_entries").id());
  }

  private void attach(BpfProgram program) {
    if (links.size() > MOST) {
      return;
    }
    var link = program.attach(PLACE);
    var name = "link " + link.ids().getFirst();
    model.add("open -> " + name);
    model.add(name + " -> program " + program.id());
    links.add(link);
  }

  private void detach(Link link) {
    link.detach();
    release("link " + link.ids().getFirst());
  }

  private void pin(SplittableRandom random, String object, Consumer<Path> command) {
    if (random.nextInt(3) == 0) {
      var path = Path.of("/pins/" + lastPin++);
      command.accept(path);
      model.add(path + " -> " + object);
      pins.add(path);
    }
  }

  private void unpin(SplittableRandom random) {
    with(
        random,
        pins,
        path -> {
          var object =
              model.stream().filter(h -> h.startsWith(path + " -> ")).findFirst().orElseThrow();
          kernel.unpin(path);
          pins.remove(path);
          lose(object);
        });
  }

  private void put(SplittableRandom random) {
    var outers = maps.stream().filter(m -> m.type() == MapType.HASH_OF_MAPS.number()).toList();
    var inners = maps.stream().filter(m -> m.name().equals("inner")).toList();
    with(
        random,
        outers,
        outer -> {
          var key = random.nextInt(3);
          var entry = "map " + outer.id() + " [" + key + "] -> ";
          if (random.nextBoolean()) {
            outer.maps(Integer.class).delete(key);
            loseEntry(entry);
          } else {
            with(
                random,
                inners,
                inner -> {
                  outer.maps(Integer.class).update(key, inner, Update.ANY);
                  model.add(entry + "map " + inner.id() + " new");
                  loseEntry(entry);
                  model.replaceAll(held -> held.replace(" new", ""));
                });
          }
        });
  }

  /// The entry lets go of what it held before.
  private void loseEntry(String entry) {
    model.stream()
        .filter(held -> held.startsWith(entry) && !held.endsWith(" new"))
        .findFirst()
        .ifPresent(this::lose);
  }

  private void closeSome(SplittableRandom random) {
    close(random, maps, map -> "map " + map.id(), RawMap::close);
    close(random, programs, p -> "program " + p.id(), BpfProgram::close);
    close(random, links, link -> "link " + link.ids().getFirst(), Link::close);
  }

  private <T> void close(
      SplittableRandom random, List<T> all, Function<T, String> name, Consumer<T> close) {
    for (int i = random.nextInt(3); i > 0 && !all.isEmpty(); i--) {
      var one = all.remove(random.nextInt(all.size()));
      var object = name.apply(one);
      close.accept(one);
      lose("open -> " + object);
    }
  }

  /// A reference is gone, and with the last of an object what that holds.
  private void lose(String held) {
    model.remove(held);
    var object = held.substring(held.indexOf(" -> ") + 4);
    if (model.stream().noneMatch(h -> h.endsWith(" -> " + object))) {
      release(object);
    }
  }

  /// What an object holds, it holds no longer.
  private void release(String object) {
    List.copyOf(model).stream()
        .filter(h -> h.startsWith(object + " -> ") || h.startsWith(object + " ["))
        .forEach(this::lose);
  }

  @Test
  void whatHoldsAnObjectIsNamed() {
    try (var object = kernel.load(spec);
        var link = object.program("counted").attach(PLACE);
        var targets = object.map("a_programs")) {
      object.program("counted").pin(Path.of("/pins/counted"));
      var found = object.program("counted").references().found();
      assertThat(found)
          .hasSize(3)
          .contains(
              new VirtualReferences.Holder.Pin(Path.of("/pins/counted")),
              new VirtualReferences.Holder.Link(link.ids().getFirst(), PLACE.describe()));
      targets.programs().set(2, object.program("counted"));
      assertThat(object.program("counted").references().found())
          .contains(
              new VirtualReferences.Holder.Entry(targets.id(), "a_programs", "key 02 00 00 00"));
      kernel.unpin(Path.of("/pins/counted"));
    }
    assertThat(kernel.programIds()).isEmpty();
  }
}
