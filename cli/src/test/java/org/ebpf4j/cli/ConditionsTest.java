package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxMap;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every command that only reads, where something is missing: a useful answer or a clear error each
/// time.
@KernelTest
@Requires({Facility.BPFFS, Facility.CGROUP2, Facility.TRACEFS, Facility.UNSHARE, Facility.SETPRIV})
@RequiresKernel(value = "5.15", because = "links on perf events can be pinned since then")
class ConditionsTest {
  /// Commands that print a table, which is to fit the terminal.
  private static final Pattern TABLE =
      Pattern.compile(
          "(prog|map|link|btf|pin|iter|struct_ops|token) list|net|cgroup tree|perf|feature|top .*");

  /// What a terminal could take for orders; C is indented by tabs.
  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]");

  @SuppressWarnings("InlineFormatString") // Used for several kinds of mounts.
  private static final String UNMOUNT =
      "grep -E ' - (%s) ' /proc/self/mountinfo | cut -d ' ' -f 5 | sort -r |"
          + " while read -r point; do umount \"$point\"; done";

  private final Path pin =
      Path.of("/sys/fs/bpf/ebpf4j-conditions-" + ProcessHandle.current().pid());
  private LinuxKernel kernel;
  private LinuxObject object;
  private LinuxMap still;
  private int link;

  @TempDir private Path directory;

  /// One run.
  private record Run(String words, int status, String out, String err) {
    boolean isJson() {
      return words.endsWith(" --json");
    }
  }

  @BeforeEach
  void load() {
    kernel = LinuxKernel.open();
    object = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")));
    still = kernel.createMap(MapSpec.of("still", MapType.HASH, 4, 4, 4));
    var attached = object.program("count_exec").attach();
    attached.pin(pin);
    link = attached.ids().getFirst();
    attached.close();
  }

  @AfterEach
  void close() throws IOException {
    Files.deleteIfExists(pin);
    still.close();
    object.close();
    kernel.close();
  }

  /// Runs them all in a process that a script starts, which ends with `"$@"`.
  private List<Run> runs(String output, String script) throws IOException, InterruptedException {
    var file = directory.resolve("maps.bpf.o");
    if (Files.notExists(file)) {
      Files.copy(TestObjects.example("sections/maps.bpf.o"), file);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    var command =
        List.of(
            "sh",
            "-c",
            script,
            "sh",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            readableClassPath(),
            ConditionsChild.class.getName(),
            output,
            "" + object.program("count_exec").id(),
            "" + object.maps().getFirst().id(),
            "" + link,
            pin.toString(),
            file.toString(),
            cgroups(),
            "" + still.id());
    var builder = new ProcessBuilder(command);
    builder.environment().put("COLUMNS", "80");
    var errors = directory.resolve("errors");
    var process = builder.redirectError(errors.toFile()).start();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    var runs = new ArrayList<Run>();
    for (var line : text.lines().toList()) {
      var fields = (Map<?, ?>) JsonTree.read(line);
      runs.add(
          new Run(
              String.valueOf(fields.get("words")),
              ((Number) Objects.requireNonNull(fields.get("status"))).intValue(),
              String.valueOf(fields.get("out")),
              String.valueOf(fields.get("err"))));
    }
    assertThat(runs).hasSizeGreaterThan(70);
    return runs;
  }

  /// Where cgroups of version 2 are mounted.
  private static String cgroups() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .filter(line -> line.contains(" - cgroup2 "))
        .map(line -> line.split(" ")[4])
        .findFirst()
        .orElseThrow();
  }

  /// The class path, copied to where every user may read it.
  private String readableClassPath() throws IOException {
    var copy = directory.resolve("classes");
    var paths = new ArrayList<String>();
    for (var entry : System.getProperty("java.class.path").split(":")) {
      var source = Path.of(entry);
      if (Files.exists(source)) {
        var target = copy.resolve(paths.size() + "-" + source.getFileName());
        if (Files.notExists(target)) {
          copy(source, target);
        }
        paths.add(target.toString());
      }
    }
    return String.join(":", paths);
  }

  private static void copy(Path source, Path target) throws IOException {
    try (var files = Files.walk(source)) {
      for (var file : files.toList()) {
        var to = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.createDirectories(to.getParent());
          Files.copy(file, to);
        }
      }
    }
  }

  /// What holds for each run in all conditions: together, so that one test tells of all.
  private static void areUsefulOrClear(List<Run> runs) {
    var wrong = new ArrayList<String>();
    for (var run : runs) {
      var why = fault(run);
      if (!why.isEmpty()) {
        wrong.add(
            run.words()
                + " -> "
                + run.status()
                + ": "
                + why
                + "\n  out: "
                + first(run.out(), 300)
                + "\n  err: "
                + first(run.err(), 600));
      }
    }
    assertThat(wrong).as(String.join("\n", wrong)).isEmpty();
  }

  private static String first(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length) + "…";
  }

  private static String fault(Run run) {
    if (run.status() < 0 || run.status() > 6) {
      return "the exit status is none of those documented";
    }
    if (run.err().contains("a fault of ebpf4j")
        || (run.out() + run.err()).contains("\tat ")
        || run.err().contains("Exception")) {
      return "a fault of ours";
    }
    if (CONTROL.matcher(run.out() + run.err()).find()) {
      return "control characters";
    }
    if (run.status() == 0 && run.isJson()) {
      return isJson(run.out()) || run.out().lines().allMatch(ConditionsTest::isJson)
          ? ""
          : "no JSON";
    }
    if (run.words().startsWith("complete ")) {
      return ""; // What completes a line is silent.
    }
    if (run.status() != 0) {
      return run.isJson() && run.out().isEmpty()
          ? run.err().lines().anyMatch(ConditionsTest::isJson) ? "" : "the error is no JSON"
          : run.out().isEmpty() && !run.err().startsWith("ebpf4j: ")
              ? "the first line does not say why"
              : "";
    }
    if (TABLE.matcher(run.words()).matches()) {
      return run.out()
          .lines()
          .filter(line -> line.codePointCount(0, line.length()) > 80)
          .findFirst()
          .map(line -> "a line is wider than 80 columns: " + line)
          .orElse("");
    }
    return "";
  }

  private static boolean isJson(String text) {
    try {
      JsonTree.read(text.strip());
      return true;
    } catch (RuntimeException _) {
      return false;
    }
  }

  private static List<String> failed(List<Run> runs) {
    return runs.stream()
        .filter(run -> run.status() != 0 && !run.isJson())
        .map(Run::words)
        .collect(Collectors.toList());
  }

  /// Where a command fails, the first line says what is missing.
  private static void nameTheCause(List<Run> runs, String cause) {
    var pattern = Pattern.compile(cause);
    assertThat(runs)
        .filteredOn(run -> run.status() == 4)
        .isNotEmpty()
        .allSatisfy(run ->
            assertThat(run.err().lines().findFirst().orElse(""))
                .as(run.words())
                .containsPattern(pattern));
  }

  private static boolean hasObjects(LinuxKernel kernel) {
    return !kernel.programIds().isEmpty()
        || !kernel.mapIds().isEmpty()
        || !kernel.linkIds().isEmpty();
  }

  /// On a machine of its own, such as a virtual one; elsewhere others may have some.
  @Test
  void emptyListsAreTablesAndJson() throws Exception {
    close();
    try (var own = LinuxKernel.open()) {
      // The kernel frees what is closed a little later.
      for (int i = 0; i < 100 && hasObjects(own); i++) {
        Thread.sleep(100);
      }
      assumeFalse(hasObjects(own), "others have objects here");
      for (var command :
          List.of(
              "prog list",
              "map list",
              "link list",
              "pin list",
              "perf",
              "cgroup tree",
              "iter list")) {
        var text = Cli.run((Object[]) command.split(" "));
        assertThat(text.status()).as(command).isZero();
        assertThat(text.err()).as(command).isEmpty();
        // The heads of the columns, and of a tree nothing.
        assertThat(text.out().lines()).as(command).hasSize(command.equals("cgroup tree") ? 0 : 1);
        assertThat(Cli.run((Object[]) (command + " --json").split(" ")).out()).isEqualTo("[]\n");
      }
      assertThat(Cli.run("tree").status()).isZero();
      assertThat(Cli.run("top", "--once", "--every", "10ms").status()).isZero();
      assertThat(Cli.run("net", "--json").out()).isEqualTo("[]\n");
    } finally {
      load();
    }
  }

  @Test
  void nothingFailsForRoot() throws Exception {
    var runs = runs("open", "exec \"$@\"");
    areUsefulOrClear(runs);
    assertThat(failed(runs)).containsExactly("prog show no_such_program", "iter cat 1");
  }

  @Test
  void anotherUserIsToldWhatIsMissing() throws Exception {
    var runs = runs("open", "exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"");
    areUsefulOrClear(runs);
    nameTheCause(runs, "CAP_[A-Z_]+|may not be|denied|unprivileged_bpf_disabled");
  }

  @Test
  void aContainerIsToldWhatIsMissing() throws Exception {
    var runs = runs("open", "exec unshare -U -r -m -n -p -f --mount-proc \"$@\"");
    areUsefulOrClear(runs);
    nameTheCause(runs, "CAP_[A-Z_]+|user namespace|denied");
  }

  @Test
  void goesOnWithoutBpffsAndTracefs() throws Exception {
    var runs =
        runs(
            "open",
            "exec unshare -m sh -c '"
                + UNMOUNT.formatted("tracefs|debugfs|bpf").replace("'", "\"")
                + "; exec \"$@\"' sh \"$@\"");
    areUsefulOrClear(runs);
    assertThat(failed(runs))
        .containsExactly("prog show no_such_program", "link show " + pin, "iter cat 1");
  }

  @Test
  void goesOnWithoutTypesOfTheKernel() throws Exception {
    var runs =
        runs(
            "open",
            "exec unshare -m sh -c 'mount -t tmpfs none /sys/kernel/btf; exec \"$@\"' sh \"$@\"");
    areUsefulOrClear(runs);
    assertThat(failed(runs))
        .containsExactly(
            "prog show no_such_program", "btf dump id 1 --type task_struct", "iter cat 1");
    assertThat(runs)
        .filteredOn(run -> run.words().equals("btf dump id 1 --type task_struct"))
        .allMatch(run -> run.err().contains("there is no /sys/kernel/btf/vmlinux"));
  }

  @Test
  void goesOnWithoutSymbols() throws Exception {
    var runs =
        runs(
            "open",
            "exec unshare -m sh -c 'mount --bind /dev/null /proc/kallsyms; exec \"$@\"' sh \"$@\"");
    areUsefulOrClear(runs);
    assertThat(failed(runs)).containsExactly("prog show no_such_program", "iter cat 1");
  }

  @Test
  void isQuietWhereTheReaderIsGone() throws Exception {
    var runs = runs("closed", "exec \"$@\"");
    areUsefulOrClear(
        runs.stream().filter(run -> run.status() != 1 || !run.err().isEmpty()).toList());
    assertThat(runs)
        .filteredOn(run -> run.status() == 0)
        .allMatch(
            run -> run.words().matches("map diff .*|cgroup tree|struct_ops dump|complete .*"));
    assertThat(runs)
        .filteredOn(run -> run.status() == 1)
        .allSatisfy(
            run -> assertThat(run.err()).as(run.words()).doesNotContain("cannot be written"));
  }
}
