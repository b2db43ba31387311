package org.ebpf4j.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.JsonTree;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `--bpftool` has what `bpftool -j` has of the same objects, key by key.
@KernelTest
@SuppressWarnings("unchecked") // JSON is of objects whose names are text.
class BpftoolTest {
  private static final Path PIN =
      Path.of("/sys/fs/bpf/ebpf4j-bpftool-" + ProcessHandle.current().pid());

  private static Path bpftool = Path.of("bpftool");

  @BeforeAll
  static void findsBpftool() {
    var found =
        Stream.of("/usr/sbin/bpftool", "/usr/bin/bpftool", "/sbin/bpftool")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(found.isPresent(), "no bpftool on this machine");
    bpftool = found.get();
  }

  private static Object theirs(Object... words) throws IOException {
    var line = new ArrayList<String>(List.of(bpftool.toString(), "-j", "-f"));
    for (var word : words) {
      line.add(word.toString());
    }
    var process = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    return JsonTree.read(
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  private static Object ours(Object... words) {
    var line = new ArrayList<Object>(List.of(words));
    line.add("--bpftool");
    var run = Cli.run(line.toArray());
    assertThat(run.status()).as(run.err()).isZero();
    return JsonTree.read(run.out());
  }

  /// Equal but for the second in which a program was loaded, which is a difference of two clocks.
  private static void same(Object ours, Object theirs) {
    var left = (Map<String, Object>) ours;
    var right = (Map<String, Object>) theirs;
    if (left.get("loaded_at") instanceof BigInteger mine
        && right.get("loaded_at") instanceof BigInteger other) {
      assertThat(mine.longValue()).isBetween(other.longValue() - 1, other.longValue() + 1);
      right.put("loaded_at", mine);
    }
    // What they can say only with skeletons that were built in, and of variables of that name.
    right.remove("pids");
    right.remove("metadata");
    assertThat(left).isEqualTo(right);
  }

  @Test
  @Requires(Facility.BPFFS)
  void programsAndTheirTypes() throws IOException {
    try (var kernel = LinuxKernel.open();
        var sections = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")));
        var xdp = kernel.load(ObjectSpec.read(TestObjects.example("sections/xdp.bpf.o")));
        var calls = kernel.load(ObjectSpec.read(TestObjects.file("code_calls")))) {
      sections.program("count_exec").pin(PIN);
      try {
        for (var object : List.of(sections, xdp, calls)) {
          for (var program : object.programs()) {
            var id = program.id();
            same(ours("prog", "show", id, "--pins"), theirs("prog", "show", "id", id));
            var types = program.info().types().btfId();
            if (types != 0) {
              same(ours("btf", "list", types), sorted(theirs("btf", "list", "id", types)));
            }
          }
        }
      } finally {
        kernel.unpin(PIN);
      }
    }
  }

  /// Theirs are in the order of a hash table.
  private static Object sorted(Object types) {
    var fields = (Map<String, Object>) (types instanceof List<?> list ? list.getFirst() : types);
    for (var ids : List.of("prog_ids", "map_ids")) {
      fields.put(
          ids,
          ((List<BigInteger>) Objects.requireNonNull(fields.get(ids))).stream().sorted().toList());
    }
    return fields;
  }

  @Test
  @Requires(Facility.BPFFS)
  void maps() throws IOException {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")));
        var hash = kernel.createMap(MapSpec.of("a_hash", MapType.HASH, 4, 8, 100).withFlags(1));
        var cpus = kernel.createMap(MapSpec.of("cpus", MapType.PERCPU_ARRAY, 4, 12, 3));
        var ring = kernel.createMap(MapSpec.of("ring", MapType.RINGBUF, 0, 0, 4096))) {
      hash.pin(PIN);
      try {
        hash.freeze();
        var all = new ArrayList<>(List.of(hash, cpus, ring));
        all.addAll(object.maps());
        for (var map : all) {
          same(ours("map", "show", map.id(), "--pins"), theirs("map", "show", "id", map.id()));
        }
      } finally {
        kernel.unpin(PIN);
      }
    }
  }

  @Test
  void typesOfProgramsAndMaps() throws IOException {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.file("map_zoo")))) {
      var program = object.programs().getFirst();
      assertThat(ours("btf", "dump", "prog", program.id()))
          .isEqualTo(theirs("btf", "dump", "prog", "id", program.id()));
      assertThat(ours("btf", "dump", "id", program.info().types().btfId()))
          .isEqualTo(theirs("btf", "dump", "id", program.info().types().btfId()));
      var map = object.map("zoo_hash").id();
      assertThat(ours("btf", "dump", "map", map))
          .isEqualTo(theirs("btf", "dump", "map", "id", map));
      assertThat(Cli.run("btf", "dump", "map", map, "--format", "c").out())
          .contains("struct value {", "enum kind kind;", "struct key {");
    }
  }
}
