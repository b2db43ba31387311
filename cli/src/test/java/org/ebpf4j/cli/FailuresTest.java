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
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
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

  /// What fails.
  private enum Stage {
    LOADING,
    ATTACHING,
    INPUT
  }

  /// A failure, and what its first line says of the cause: the name, the place or the number that
  /// is wrong.
  private record Row(Stage stage, String cause, Staged staged) {}

  /// Wrong usage is mended in the line that names it; the next one is about help.
  private static final Pattern MENDED_USAGE = Pattern.compile("did you mean \\S|which holds \\S");

  private final Map<String, Row> rows = new LinkedHashMap<>();

  private Stage stage = Stage.LOADING;

  private void row(String title, String cause, Staged staged) {
    rows.put(title, new Row(stage, cause, staged));
  }

  /// A program that is refused when it is run.
  private void run(String title, String cause, String name, Object... more) {
    var words = new ArrayList<Object>(List.of("run", object(name), "--no-trace"));
    words.addAll(List.of(more));
    row(title, cause, () -> Cli.run(words.toArray()));
  }

  /// A program that is refused when it is verified.
  private void verify(String title, String cause, String name) {
    row(title, cause, () -> Cli.run("verify", object(name)));
  }

  /// The same, in a JVM that a shell script starts.
  private void started(String title, String cause, String script, Object... words) {
    row(
        title,
        cause,
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
    run("map value not checked for null", "'map_value_or_null'", "null_unchecked");
    verify("packet access not bounded", "access to packet, off=12", "packet_unbounded");
    run("endless loop", "infinite loop", "endless_loop");
    run("GPL-only helper", "GPL-restricted function", "gpl_only");
    verify("return value out of range", "should have been in [0, 1]", "return_range");
    verify("stack too large over calls", "stack size of 2 calls is 608", "stack_calls");
    run("program too complex", "too large. Processed 1000001 insn", "too_complex");
    run("unbounded size", "R2 min value is negative", "size_unbounded");
    run("register not initialised", "R7 !read_ok", "register_unset");
    verify("helper of another program type", "bpf_skb_vlan_pop", "helper_of_type");
    run("misaligned access", "misaligned stack access", "misaligned");
    verify("context offset", "off=200", "context_offset");
    verify("pointer arithmetic", "pointer arithmetic with *= operator", "pointer_arithmetic");
    verify("unreachable code", "unreachable insn 2", "unreachable");
    run("reference leaked", "Unreleased reference", "reference_leaked");
    verify("null for a kfunc argument", "NULL pointer passed to trusted arg0", "kfunc_null");
    verify("helper that sleeps", "might sleep", "helper_sleeps");
    verify("kfunc that sleeps", "bpf_lookup_user_key", "kfunc_sleeps");
    run("write to read-only data", "write into map forbidden", "read_only");
    verify("call under a lock", "while holding a lock", "call_under_lock");
    verify("lock not given back", "bpf_spin_lock", "lock_kept");
    run("index into a map value", "value_size=64 off=64", "map_index");
    run("index into a variable", "unbounded memory access", "variable_index");
    run("CO-RE field missing", "no member 'mood'", "field_missing");
    verify("kfunc missing", "'bpf_no_such_function'", "kfunc_missing");
    verify("kfunc missing, declared weak", "'bpf_no_such_function'", "kfunc_missing_weak");
    verify("kfunc of another prototype", "bpf_task_from_pid(s32 pid)", "kfunc_prototype");
    verify("kernel extern function without __ksym", "'bpf_task_from_pid'", "extern_function");
    verify("function of the C library", "'ntohl'", "extern_libc");
    verify("function of another file", "'helper_of_another_file'", "extern_other");
    run("kernel symbol missing", "'no_such_symbol'", "symbol_missing");
    run("configuration value missing", "'CONFIG_NO_SUCH_THING'", "config_missing");
    run("map type the kernel lacks", "map 'odd': this kernel has no maps of type 250", "map_type");
    verify("map without a size", "map 'counts': it has no max_entries", "unset_entries");
    verify("map of maps without an inner map", "map 'boxes'", "no_inner_map");
    verify("ring buffer without a size", "map 'odd': it has no max_entries", "map_ring_no_size");
    verify("LPM trie that is preallocated", "map 'odd': an lpm_trie", "map_lpm_no_flag");
    verify("stack traces without a depth", "values of 0 bytes", "map_stack_no_size");
    verify("queue with keys", "keys of 4 bytes", "map_queue_key");
    verify("array with long keys", "keys of 8 bytes", "map_array_key");
    verify("storage that is preallocated", "map 'odd': a storage", "map_storage_flag");
    verify("per-CPU value too large", "values of 300000 bytes", "map_percpu_value");
    verify("more entries than CPUs", "100000 entries", "map_cpumap_size");
    verify("key too large", "keys of 5000000 bytes", "map_key_large");
    verify("map without a type", "map 'odd' is of no type", "map_no_type");
    verify("field of a map unknown", "'max_entires'", "map_field");
    verify("size of a value said twice", "'value_size' of map 'odd' says 8", "map_two_sizes");
    verify("flags that contradict each other", "BPF_F_WRONLY_PROG", "map_flags");
    verify("NUMA node that is not there", "NUMA node 77", "map_node");
    verify("maps that cannot be in others", "maps of type prog_array", "map_inner_type");
    verify("too much memory", "GB of memory", "map_memory");
    run("full map", "map 'steps', slot 2", "map_full");
    stageFiles();
    stageMachine();
    stageHooks();
  }

  private void stageFiles() {
    stage = Stage.INPUT;
    row(
        "file missing",
        "nowhere.bpf.o: no such file",
        () -> Cli.run("run", directory.resolve("nowhere.bpf.o")));
    row(
        "file cut short",
        "short.bpf.o, offset",
        () -> {
          var bytes = TestObjects.bytes("failures/values");
          return Cli.run(
              "run", written("short.bpf.o", java.util.Arrays.copyOf(bytes, bytes.length / 2)));
        });
    row(
        "damaged BTF",
        "damaged.bpf.o, section .BTF",
        () -> Cli.run("run", written("damaged.bpf.o", changed("values", "\u009f\u00eb\u0001", 0))));
    run("no BTF", "no .BTF section", "no_types");
    run(
        "value out of range",
        "300 does not fit into variable 'level'",
        "values",
        "--set",
        "level=300");
    run("variable unknown", "'levle'", "values", "--set", "levle=3");
    if (Facility.BPFFS.missing().isEmpty()) {
      row("map of another shape reused", "map 'shared'", this::otherShape);
    }
    row("command mistyped", "'verfy'", () -> Cli.run("verfy", object("values")));
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
    stage = Stage.LOADING;
    started(
        "EPERM in verify",
        "CAP_PERFMON",
        rootWithout("perfmon,-sys_admin"),
        "verify",
        object("values"));
    started(
        "privilege missing",
        "CAP_PERFMON",
        rootWithout("perfmon,-sys_admin"),
        "run",
        object("values"));
    started(
        "user namespace", "user namespace", "exec unshare -U -r \"$@\"", "run", object("values"));
    if (Facility.BPFFS.missing().isEmpty()) {
      row(
          "pin directory that may not be written",
          "may not be written",
          FailuresTest::pinDirectory);
    }
    if (lockedDown()) {
      verify("lockdown", "locked down", "attach_fentry");
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
    stage = Stage.ATTACHING;
    run("tcx wants a device", "does not say where it is attached", "attach_tcx");
    run(
        "library unknown",
        "libnowhere.so.9",
        "attach_uprobe",
        "--attach",
        "f=uprobe:libnowhere.so.9:malloc");
    row(
        "file of a uprobe that is no program",
        "a.sh",
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
        "'no_such_function'",
        "attach_uprobe",
        "--attach",
        "f=uprobe:" + JAVA + ":no_such_function");
    run(
        "program of one type at a hook of another",
        "it is an xdp program",
        "attach_xdp",
        "--attach",
        "raw_tracepoint:sys_enter");
    run("device unknown", "'nodev0'", "attach_xdp", "--attach", "xdp:nodev0");
    if (!Files.exists(Path.of("/sys/bus/event_source/devices/kprobe/type"))) {
      run("no kprobes", "no kprobes", "attach_kprobe");
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
                  .replaceAll(
                      "'nodev0'.*\\. It is looked", "'nodev0'; known: DEVICES. It is looked")
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

  @TestFactory
  Stream<DynamicTest> eachKindIsToldWithItsMend() throws IOException {
    stage();
    var expected = GoldenSections.read(GOLDEN);
    var write = System.getProperty("ebpf4j.golden", "").equals("write");
    var same = Files.readString(Path.of("/proc/sys/kernel/osrelease")).startsWith(KERNEL + ".");
    return rows.entrySet().stream()
        .map(row ->
            DynamicTest.dynamicTest(
                row.getKey(),
                () -> {
                  var text = normal(row.getValue().staged().run());
                  if (write) {
                    expected.put(row.getKey(), text);
                    GoldenSections.write(GOLDEN, expected);
                  }
                  assertThat(text).doesNotContain("java.", "a fault of ebpf4j");
                  checkMend(text);
                  assumeTrue(same, "the words are those of Linux " + KERNEL);
                  assertThat(told(text).getFirst()).contains(row.getValue().cause());
                  assertThat(text).isEqualTo(expected.get(row.getKey()));
                }));
  }

  /// What is said of a failure: without the status, and the line of `verify` that names the
  /// program.
  private static List<String> told(String text) {
    var lines = text.lines().skip(1).map(String::strip).toList();
    return lines.getFirst().startsWith("ebpf4j: ") ? lines : lines.subList(1, lines.size());
  }

  /// On each kernel the second line says what to try.
  private static void checkMend(String text) {
    var told = told(text);
    assertThat(told).hasSizeGreaterThan(1);
    if (told.get(1).startsWith("help: ebpf4j ")) {
      assertThat(told.getFirst()).containsPattern(MENDED_USAGE);
    } else {
      assertThat(told.get(1)).matches("try: \\S.{3,}");
    }
  }

  @Test
  void thirtyAreOfLoadingAndAttaching() {
    stage();
    assertThat(rows.values()).filteredOn(r -> r.stage() != Stage.INPUT).hasSizeGreaterThan(30);
    assertThat(rows).hasSizeGreaterThan(52);
  }
}
