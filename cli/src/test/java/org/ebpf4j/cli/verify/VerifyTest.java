package org.ebpf4j.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ebpf4j.cli.Alive;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.Session;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `ebpf4j verify` on this machine's kernel.
@KernelTest
class VerifyTest {
  @TempDir private Path directory;

  private static List<Map<String, Object>> json(Cli run) {
    return Json.readAll(run.out());
  }

  private Path garbage() throws IOException {
    return Files.writeString(directory.resolve("garbage.o"), "no ELF file");
  }

  @Test
  void tellsOfEachProgramThatItLoads() {
    var before = Alive.now();
    var file = TestObjects.example("sections/cgroup.bpf.o");

    var run = Cli.run("verify", TestObjects.example("hello/hello.bpf.o"), file);

    assertThat(run.status()).isZero();
    assertThat(run.out().lines().findFirst())
        .hasValueSatisfying(
            line -> assertThat(line).matches("FILE +PROGRAM +VERDICT +INSNS +STATES +TIME"));
    assertThat(run.out())
        .containsPattern("(?m)/hello\\.bpf\\.o +hello +ok +[0-9]+ +[0-9]+ +[0-9]+\\.[0-9] ms$")
        .containsPattern("(?m)^" + file + " +received +ok ");
    assertThat(run.err()).isEqualTo("5 programs in 2 files: 5 ok, 0 rejected, 0 errors\n");
    assertThat(before.newcomers()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "bad_null, EACCES, R0 invalid mem access 'map_value_or_null'",
    "bad_license, EINVAL, cannot call GPL-restricted function",
    "bad_helper, EINVAL, invalid func unknown#4711"
  })
  void tellsWhyTheVerifierSaysNo(String name, String errno, String message) {
    var file = TestObjects.file(name);

    var run = Cli.run("verify", "--json", file);
    var table = Cli.run("verify", file);

    assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
    var fields = json(run).getFirst();
    assertThat(fields)
        .containsEntry("file", file.toString())
        .containsEntry("program", name)
        .containsEntry("section", "raw_tp/task_rename")
        .containsEntry("type", "raw_tracepoint")
        .containsEntry("verdict", "rejected")
        .containsEntry("errno_name", errno)
        .containsEntry("stage", "load")
        .doesNotContainKey("tag");
    assertThat((String) fields.get("log_tail")).contains(message.replaceAll("'.*", ""));
    assertThat((String) fields.get("insn_fnv")).matches("[0-9a-f]{16}");
    assertThat(run.err()).isEqualTo("1 program in 1 file: 0 ok, 1 rejected, 0 errors\n");
    assertThat(table.status()).isEqualTo(ExitStatus.REJECTED);
    assertThat(table.out().lines().toList().get(2)).startsWith("    " + errno + ": ");
  }

  @Test
  void aProgramThatIsRejectedDoesNotSpoilTheOthers() {
    var run = Cli.run("verify", "--json", TestObjects.file("bad_second"));

    assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
    assertThat(json(run))
        .extracting(fields -> fields.get("verdict"))
        .containsExactly("ok", "rejected");
    assertThat(json(run).getFirst().get("tag")).asString().matches("[0-9a-f]{16}");
  }

  @Test
  void loadsTheProgramsOfAnObjectTogetherWhenAsked() {
    var run = Cli.run("verify", "--whole", "--json", TestObjects.file("bad_second"));

    assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
    assertThat(json(run))
        .extracting(fields -> fields.get("verdict"))
        .containsExactly("ok", "rejected");
  }

  @Test
  void anObjectForOtherMachinesIsInError() {
    var run = Cli.run("verify", "--json", TestObjects.file("bad_order"));

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(json(run).getFirst())
        .containsEntry("verdict", "error")
        .containsEntry("stage", "open")
        .containsEntry("errno", 0L)
        .doesNotContainKeys("insn_fnv", "insn_count", "tag", "errno_name", "verified_insns");
    assertThat((String) json(run).getFirst().get("message")).contains("BIG_ENDIAN");
    assertThat(run.err()).isEqualTo("1 program in 1 file: 0 ok, 0 rejected, 1 error\n");
  }

  @Test
  void aProgramWithoutATypeIsInErrorWithItsInstructions() {
    var run = Cli.run("verify", "--json", TestObjects.file("bad_section"));

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(json(run).getFirst())
        .containsEntry("verdict", "error")
        .containsEntry("stage", "load")
        .containsEntry("errno", 0L)
        .containsKeys("insn_fnv", "insn_count")
        .doesNotContainKeys("tag", "errno_name", "verified_insns");
    assertThat((String) json(run).getFirst().get("message")).contains("tracepiont");
  }

  @Test
  void aFileThatCannotBeOpenedDoesNotStopTheRest() throws IOException {
    var good = TestObjects.file("life_watch");

    var run = Cli.run("verify", "--json", garbage(), directory.resolve("none.o"), good);

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(json(run))
        .extracting(f -> f.get("verdict"), f -> f.get("stage"), f -> f.get("program"))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("error", "open", ""),
            org.assertj.core.groups.Tuple.tuple("error", "open", ""),
            org.assertj.core.groups.Tuple.tuple("ok", "load", "life_watch"));
    assertThat(run.err())
        .isEqualTo("1 program in 3 files: 1 ok, 0 rejected, 0 errors; not opened: 2 files\n");
  }

  @Test
  void takesDirectoriesListsAndFilesOfArguments() throws IOException {
    Files.copy(TestObjects.file("life_watch"), directory.resolve("a.o"));
    Files.createDirectory(directory.resolve("b"));
    Files.copy(TestObjects.file("life_watch"), directory.resolve("b/c.o"));
    var list =
        Files.writeString(directory.resolve("list"), directory + "/b\n" + directory + "/a.o");
    var arguments =
        Files.writeString(directory.resolve("arguments"), "--json\n" + directory + "/b/c.o\n");

    var walked = Cli.run("verify", "--json", directory);
    var listed = Cli.run("verify", "--json", "--files-from", list);
    var fromFile = Cli.run("verify", "@" + arguments);

    assertThat(json(walked))
        .extracting(f -> f.get("file"))
        .containsExactly(directory + "/a.o", directory + "/b/c.o");
    assertThat(json(listed))
        .extracting(f -> f.get("file"))
        .containsExactly(directory + "/b/c.o", directory + "/a.o");
    assertThat(json(fromFile)).extracting(f -> f.get("file")).containsExactly(directory + "/b/c.o");
    assertThat(List.of(walked.status(), listed.status(), fromFile.status())).containsOnly(0);
  }

  @Test
  void comparesWithAnEarlierRun() throws IOException {
    var file = TestObjects.file("bad_second");
    var first = Cli.run("verify", "--json", file);
    var baseline = Files.writeString(directory.resolve("before.jsonl"), first.out());
    var better =
        Files.writeString(
            directory.resolve("better.jsonl"),
            first.out().replace("\"verdict\":\"rejected\"", "\"verdict\":\"ok\""));
    var worse =
        Files.writeString(
            directory.resolve("worse.jsonl"),
            first.out().replace("\"verdict\":\"ok\"", "\"verdict\":\"error\""));

    var same = Cli.run("verify", "--baseline", baseline, file);
    var regressed = Cli.run("verify", "--baseline", better, file);
    var improved = Cli.run("verify", "--baseline", worse, file);

    assertThat(same.status()).isZero();
    assertThat(same.err())
        .endsWith("against " + baseline + ": 0 regressions, 0 improvements, 0 notes\n");
    assertThat(regressed.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(regressed.err())
        .contains("\nregression: " + file + ": ")
        .contains(" (raw_tp/task_rename): ok -> rejected (EACCES: ")
        .contains("1 regression, 0 improvements");
    assertThat(improved.status()).isZero();
    assertThat(improved.err())
        .contains("\nimprovement: " + file + ": ")
        .contains("error -> ok\n", "0 regressions, 1 improvement,");
  }

  @Test
  void aFileThatIsGoneSinceTheEarlierRunIsARegression() throws IOException {
    var file = directory.resolve("a.o");
    Files.copy(TestObjects.file("life_watch"), file);
    var baseline =
        Files.writeString(
            directory.resolve("before.jsonl"), Cli.run("verify", "--jsonl", file).out());
    Files.delete(file);

    var run = Cli.run("verify", "--baseline", baseline, file);

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err())
        .contains(
            "regression: " + file + ": life_watch (raw_tp/task_rename): ok -> missing (open: ");
  }

  @Test
  void refusesABaselineThatIsNone() throws IOException {
    var run = Cli.run("verify", "--baseline", garbage(), TestObjects.file("life_watch"));

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("garbage.o, line 1, column 1: no JSON");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void leavesNoDescriptorWhateverComes() throws IOException {
    var files = new java.util.ArrayList<Object>(List.of("verify", "--json", garbage()));
    for (var name : List.of("life_watch", "bad_null", "bad_second", "bad_order", "bad_section")) {
      files.add(TestObjects.file(name));
    }
    Cli.run(files.toArray());
    var before = Alive.now();
    var descriptors = descriptors();

    for (int i = 0; i < 5; i++) {
      assertThat(Cli.run(files.toArray()).out().lines()).hasSize(7);
    }

    assertThat(descriptors()).isEqualTo(descriptors);
    assertThat(before.newcomers()).isEmpty();
  }

  private static List<String> descriptors() throws IOException {
    try (var entries = Files.list(Path.of("/proc/self/fd"))) {
      return entries.map(VerifyTest::target).filter(t -> !t.contains("/proc/")).sorted().toList();
    }
  }

  private static String target(Path entry) {
    try {
      return Files.readSymbolicLink(entry).toString();
    } catch (IOException _) {
      // The descriptor of the listing itself is gone with it.
      return "/proc/";
    }
  }

  @Test
  void takesManyFilesInOneCall() throws IOException {
    var bytes = TestObjects.bytes("life_watch");
    var list =
        IntStream.range(0, 300)
            .mapToObj(i -> directory + "/many/" + i + ".o")
            .collect(Collectors.joining("\n"));
    Files.createDirectory(directory.resolve("many"));
    for (var file : list.lines().toList()) {
      Files.write(Path.of(file), bytes);
    }

    var run = Cli.run("verify", "--files-from", Files.writeString(directory.resolve("list"), list));

    assertThat(run.status()).isZero();
    assertThat(run.out().lines()).hasSize(301);
    assertThat(run.err()).isEqualTo("300 programs in 300 files: 300 ok, 0 rejected, 0 errors\n");
  }

  @Test
  @Requires(Facility.BPFFS)
  void leavesNoPins() throws IOException {
    var file = TestObjects.file("verify_pinned");
    var pins = Path.of("/sys/fs/bpf/ebpf4j-verify-" + ProcessHandle.current().pid());
    try (var kernel = LinuxKernel.open();
        var other = kernel.createMap(MapSpec.of("other", MapType.ARRAY, 4, 16, 1))) {
      Files.createDirectory(pins);

      var shared = Cli.run("verify", "--json", "--pin-path", pins, file);

      assertThat(shared.status()).isZero();
      try (var left = Files.list(pins)) {
        assertThat(left).isEmpty();
      }

      other.pin(pins.resolve("verify_shared"));
      var taken = Cli.run("verify", "--json", "--pin-path", pins, file);
      var unshared = Cli.run("verify", "--json", file);

      assertThat(taken.status()).isEqualTo(ExitStatus.FAILED);
      assertThat(json(taken).getFirst())
          .containsEntry("verdict", "error")
          .containsEntry("stage", "maps");
      assertThat(pins.resolve("verify_shared")).exists();
      assertThat(unshared.status()).isZero();
      assertThat(Path.of("/sys/fs/bpf/verify_shared")).doesNotExist();
    } finally {
      Cli.run("unpin", pins);
    }
  }

  @Test
  @Requires(Facility.SETPRIV)
  void theWantOfAPrivilegeIsNoVerdict() throws Exception {
    var file = TestObjects.file("life_event");
    var baseline =
        Files.writeString(
            directory.resolve("before.jsonl"), Cli.run("verify", "--json", file).out());
    var without = "exec setpriv --bounding-set -perfmon,-sys_admin --inh-caps -all \"$@\"";

    try (var alone = Session.startAfter(without, "verify", "--json", file);
        var compared = Session.startAfter(without, "verify", "--baseline", baseline, file)) {
      assertThat(alone.finish()).isEqualTo(ExitStatus.FAILED);
      assertThat(Json.readAll(alone.out()).getFirst())
          .containsEntry("verdict", "error")
          .containsEntry("errno_name", "EPERM")
          .containsEntry("stage", "load");
      assertThat(compared.finish()).isEqualTo(ExitStatus.NOT_PERMITTED);
      assertThat(compared.err())
          .contains("note: " + file + ": ", ": not compared: ok -> error (", "0 regressions");
    }
  }

  @Test
  void saysWhichFileOfAnOptionIsMissing() {
    var file = TestObjects.file("life_watch");

    assertThat(Cli.run("verify", "--btf", "/nowhere/btf", file).err())
        .contains("/nowhere/btf: no such file");
    assertThat(Cli.run("verify", "--kconfig", "/nowhere/config", file).err())
        .contains("/nowhere/config: no such file");
    assertThat(Cli.run("verify", "--files-from", "/nowhere/list").err())
        .contains("the list /nowhere/list: no such file");
  }
}
