package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// What a person sees of a failure, one of each kind, held against `failures.txt`; that is written
/// anew by `-Debpf4j.golden=write`. The words of the verifier are those of one kernel, so that
/// other kernels are only asked that there is advice.
@KernelTest
class FailuresTest {
  private static final Path GOLDEN = Path.of("src/test/resources/org/ebpf4j/cli/failures.txt");
  private static final String KERNEL = "6.18";

  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  @TempDir private static Path directory = Path.of("");

  /// What a failure comes to: a status, and what was printed.
  private interface Staged {
    Cli run() throws IOException;
  }

  private final Map<String, Staged> rows = new LinkedHashMap<>();

  /// A program that is refused when it is run.
  private void run(String title, String name, Object... more) {
    var words = new ArrayList<Object>(List.of("run", object(name), "--no-trace"));
    words.addAll(List.of(more));
    rows.put(title, () -> Cli.run(words.toArray()));
  }

  /// A program that is refused when it is verified.
  private void verify(String title, String name) {
    rows.put(title, () -> Cli.run("verify", object(name)));
  }

  /// The same, in a JVM that a shell script starts.
  private void started(String title, String script, Object... words) {
    rows.put(
        title,
        () -> {
          try (var session = Session.startAfter(script, words)) {
            var status = session.finish();
            return new Cli(status, session.out(), session.err());
          }
        });
  }

  private static Path object(String name) {
    return written(name + ".bpf.o", TestObjects.bytes("failures/" + name));
  }

  private static Path written(String name, byte[] bytes) {
    try {
      return Files.write(directory.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] changed(String name, String where, int to) {
    var bytes = TestObjects.bytes("failures/" + name);
    var text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    var at = text.indexOf(where);
    assertThat(at).isPositive();
    bytes[at] = (byte) to;
    return bytes;
  }

  private void stage() {
    run("map value not checked for null", "null_unchecked");
    verify("packet access not bounded", "packet_unbounded");
    run("endless loop", "endless_loop");
    run("GPL-only helper", "gpl_only");
    verify("return value out of range", "return_range");
    verify("stack too large over calls", "stack_calls");
    run("program too complex", "too_complex");
    run("unbounded size", "size_unbounded");
    run("register not initialised", "register_unset");
    verify("helper of another program type", "helper_of_type");
    run("misaligned access", "misaligned");
    verify("context offset", "context_offset");
    verify("pointer arithmetic", "pointer_arithmetic");
    verify("unreachable code", "unreachable");
    run("reference leaked", "reference_leaked");
    verify("null for a kfunc argument", "kfunc_null");
    verify("helper that sleeps", "helper_sleeps");
    verify("kfunc that sleeps", "kfunc_sleeps");
    run("write to read-only data", "read_only");
    verify("call under a lock", "call_under_lock");
    verify("lock not given back", "lock_kept");
    run("index into a map value", "map_index");
    run("index into a variable", "variable_index");
    run("CO-RE field missing", "field_missing");
    verify("kfunc missing", "kfunc_missing");
    verify("kfunc missing, declared weak", "kfunc_missing_weak");
    verify("kfunc of another prototype", "kfunc_prototype");
    verify("kernel extern function without __ksym", "extern_function");
    verify("function of the C library", "extern_libc");
    verify("function of another file", "extern_other");
    run("kernel symbol missing", "symbol_missing");
    run("configuration value missing", "config_missing");
    run("map type the kernel lacks", "map_type");
    verify("map without a size", "unset_entries");
    verify("map of maps without an inner map", "no_inner_map");
    verify("ring buffer without a size", "map_ring_no_size");
    verify("LPM trie that is preallocated", "map_lpm_no_flag");
    verify("stack traces without a depth", "map_stack_no_size");
    verify("queue with keys", "map_queue_key");
    verify("array with long keys", "map_array_key");
    verify("storage that is preallocated", "map_storage_flag");
    verify("per-CPU value too large", "map_percpu_value");
    verify("more entries than CPUs", "map_cpumap_size");
    verify("key too large", "map_key_large");
    verify("too much memory", "map_memory");
    run("full map", "map_full");
    stageFiles();
    stageMachine();
    stageHooks();
  }

  private void stageFiles() {
    rows.put("file missing", () -> Cli.run("run", directory.resolve("nowhere.bpf.o")));
    rows.put(
        "file cut short",
        () -> {
          var bytes = TestObjects.bytes("failures/values");
          return Cli.run(
              "run", written("short.bpf.o", java.util.Arrays.copyOf(bytes, bytes.length / 2)));
        });
    rows.put(
        "damaged BTF",
        () -> Cli.run("run", written("damaged.bpf.o", changed("values", "\u009f\u00eb\u0001", 0))));
    run("no BTF", "no_types");
    run("value out of range", "values", "--set", "level=300");
    run("variable unknown", "values", "--set", "levle=3");
    rows.put("map of another shape reused", this::otherShape);
    rows.put("command mistyped", () -> Cli.run("verfy", object("values")));
  }

  private Cli otherShape() throws IOException {
    var pins = Path.of("/sys/fs/bpf/ebpf4j-failures-" + ProcessHandle.current().pid());
    Files.createDirectory(pins);
    try (var kernel = LinuxKernel.open();
        var other = kernel.createMap(MapSpec.of("other", MapType.ARRAY, 4, 16, 1))) {
      other.pin(pins.resolve("shared"));
      return Cli.run("verify", "--pin-path", pins, object("pinned_map"));
    } finally {
      Files.deleteIfExists(pins.resolve("shared"));
      Files.delete(pins);
    }
  }

  private void stageMachine() {
    started("EPERM in verify", rootWithout("perfmon,-sys_admin"), "verify", object("values"));
    started("privilege missing", rootWithout("perfmon,-sys_admin"), "run", object("values"));
    started("user namespace", "exec unshare -U -r \"$@\"", "run", object("values"));
    rows.put("pin directory that may not be written", FailuresTest::pinDirectory);
    if (lockedDown()) {
      verify("lockdown", "attach_fentry");
    }
  }

  private static String rootWithout(String capabilities) {
    return "exec setpriv --bounding-set -" + capabilities + " --inh-caps -all \"$@\"";
  }

  private static boolean lockedDown() {
    try {
      return Files.readString(Path.of("/proc/version")).contains("-fc-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Cli pinDirectory() throws IOException {
    var pins = Path.of("/sys/fs/bpf/ebpf4j-failures-" + ProcessHandle.current().pid());
    Files.createDirectory(pins);
    try {
      Files.setAttribute(pins, "unix:uid", 65534);
      Files.setPosixFilePermissions(pins, PosixFilePermissions.fromString("r-xr-xr-x"));
      try (var session =
          Session.startAfter(
              rootWithout("dac_override,-dac_read_search"),
              "load",
              object("values"),
              "--pin",
              pins.resolve("it"))) {
        var status = session.finish();
        return new Cli(status, session.out(), session.err());
      }
    } finally {
      Files.delete(pins);
    }
  }

  private void stageHooks() {
    run("tcx wants a device", "attach_tcx");
    run("library unknown", "attach_uprobe", "--attach", "f=uprobe:libnowhere.so.9:malloc");
    rows.put(
        "file of a uprobe that is no program",
        () ->
            Cli.run(
                "run",
                object("attach_uprobe"),
                "--attach",
                "f=uprobe:"
                    + written("a.sh", "#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII))
                    + ":main"));
    run(
        "function of a uprobe unknown",
        "attach_uprobe",
        "--attach",
        "f=uprobe:" + JAVA + ":no_such_function");
    run(
        "program of one type at a hook of another",
        "attach_xdp",
        "--attach",
        "raw_tracepoint:sys_enter");
    run("device unknown", "attach_xdp", "--attach", "xdp:nodev0");
    if (!Files.exists(Path.of("/sys/bus/event_source/devices/kprobe/type"))) {
      run("no kprobes", "attach_kprobe");
    }
  }

  /// Without what differs from run to run and from machine to machine.
  private static String normal(Cli run) {
    var text = new StringBuilder("status " + run.status() + "\n");
    for (var line : (run.out() + run.err()).lines().filter(l -> !l.startsWith("FILE ")).toList()) {
      text.append(
              line.replace(directory + "/", "")
                  .replace(directory.toString(), "DIRECTORY")
                  .replace(JAVA.toString(), "JAVA")
                  .replaceAll("It has \\d+ with names", "It has N with names")
                  .replaceAll("ebpf4j-failures-\\d+", "PINS")
                  .replaceAll("( +(-|\\d+)){2} +\\d+\\.\\d ms$", "")
                  .replaceAll("#\\d{4,9}\\b(?<!#195896080)(?<!#2002000000)", "#N")
                  .replaceAll("\\d+\\.\\d GB are free", "N GB are free")
                  .replaceAll("this machine has \\d+", "this machine has N")
                  .replaceAll("--map-entries odd=\\d+", "--map-entries odd=N")
                  .replaceAll("\\(id \\d+\\)", "(id N)")
                  .replaceAll("this is a container \\([^)]*\\)", "this is a container")
                  .replaceAll(" +$", ""))
          .append('\n');
    }
    return text.toString();
  }

  private static Map<String, String> golden() throws IOException {
    var sections = new LinkedHashMap<String, String>();
    if (Files.exists(GOLDEN)) {
      for (var part : Files.readString(GOLDEN).split("(?m)^=== ")) {
        if (!part.isEmpty()) {
          var end = part.indexOf('\n');
          sections.put(part.substring(0, end), part.substring(end + 1));
        }
      }
    }
    return sections;
  }

  @TestFactory
  Stream<DynamicTest> eachKindIsToldWithItsMend() throws IOException {
    stage();
    var expected = golden();
    var write = System.getProperty("ebpf4j.golden", "").equals("write");
    var same = Files.readString(Path.of("/proc/sys/kernel/osrelease")).startsWith(KERNEL + ".");
    return rows.entrySet().stream()
        .map(row ->
            DynamicTest.dynamicTest(
                row.getKey(),
                () -> {
                  var text = normal(row.getValue().run());
                  if (write) {
                    expected.put(row.getKey(), text);
                    write(expected);
                  }
                  assertThat(text).doesNotContain("java.", "a fault of ebpf4j");
                  assumeTrue(same, "the words are those of Linux " + KERNEL);
                  assertThat(text).isEqualTo(expected.get(row.getKey()));
                }));
  }

  private static void write(Map<String, String> sections) throws IOException {
    var text = new StringBuilder();
    sections.forEach(
        (title, section) -> text.append("=== ").append(title).append('\n').append(section));
    Files.writeString(GOLDEN, text);
  }
}
