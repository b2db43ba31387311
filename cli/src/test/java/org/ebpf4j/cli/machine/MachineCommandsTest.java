package org.ebpf4j.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.JsonTree;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `ebpf4j pin`, `stats`, `iter`, `struct_ops` and `token`.
@KernelTest
class MachineCommandsTest {
  private static final Path PIN =
      Path.of("/sys/fs/bpf/ebpf4j-machine-" + ProcessHandle.current().pid());

  private static Cli ok(Object... words) {
    var run = Cli.run(words);
    assertThat(run.status()).as(run.err()).isZero();
    return run;
  }

  @Test
  @Requires(Facility.BPFFS)
  void pinsAreListedAndRemoved() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.file("map_zoo")))) {
      var map = object.map("zoo_hash");
      map.pin(PIN);
      try {
        assertThat(ok("pin", "list").out())
            .containsPattern("map +" + map.id() + " +zoo_hash +" + PIN);
        assertThat(ok("pin", "list", PIN, "--json").out())
            .isEqualTo(
                "[{\"path\":\""
                    + PIN
                    + "\",\"kind\":\"map\",\"id\":"
                    + map.id()
                    + ",\"name\":\"zoo_hash\"}]\n");
        assertThat(ok("pin", "rm", PIN, "--dry-run").out()).startsWith("would remove " + PIN);
        assertThat(PIN).exists();
        assertThat(ok("unpin", PIN, "--dry-run").out()).isEqualTo("would unpin " + PIN + "\n");
        assertThat(PIN).exists();
        // The map is held here, too: nothing is lost.
        assertThat(ok("pin", "rm", PIN).out())
            .isEqualTo("removed " + PIN + " (map " + map.id() + ")\n");
        assertThat(PIN).doesNotExist();
        assertThat(Cli.run("pin", "rm", PIN, "--yes").status()).isEqualTo(ExitStatus.NOT_FOUND);
      } finally {
        Cli.run("unpin", PIN);
      }
    }
  }

  @Test
  @Requires(Facility.BPFFS)
  void asksBeforeTheLastPinGoes() {
    int id;
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.file("map_zoo")))) {
      object.map("zoo_hash").pin(PIN);
      id = object.map("zoo_hash").id();
    }
    try {
      var asked = Cli.run("pin", "rm", PIN);
      assertThat(asked.status()).isEqualTo(ExitStatus.USAGE);
      assertThat(asked.err())
          .contains("remove this pin, the last of what holds map " + id)
          .contains("add --yes");
      assertThat(PIN).exists();
      ok("pin", "rm", PIN, "--yes");
      assertThat(PIN).doesNotExist();
    } finally {
      Cli.run("unpin", PIN);
    }
  }

  @Test
  void theCountingOfRunsIsShownAndNotTurnedOnByADryRun() {
    var before = ok("stats", "show").out();
    assertThat(before).startsWith("the counting of runs is o");
    ok("stats", "on", "--dry-run");
    assertThat(ok("stats", "show").out()).isEqualTo(before);
    var shown = (Map<?, ?>) JsonTree.read(ok("stats", "show", "--json").out());
    assertThat(shown.get("before")).isEqualTo(shown.get("after"));
  }

  @Test
  @Requires({Facility.BPFFS})
  @RequiresKernel(value = "5.11", because = "types have names since then")
  void iteratorsAreListedAndRead() {
    var spec =
        ObjectSpec.read(TestObjects.file("attach/iterators"))
            .withEachProgram(p -> p.withAutoload(p.name().equals("tasks")));
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(spec);
        var link = object.program("tasks").attach()) {
      link.pin(PIN);
      try {
        var listed = (List<?>) JsonTree.read(ok("iter", "list", "--json").out());
        assertThat(listed)
            .anySatisfy(i ->
                assertThat(i.toString()).contains(PIN.toString(), "target=task", "program=tasks"));
        var pid = ProcessHandle.current().pid();
        assertThat(ok("iter", "cat", PIN).out()).contains(pid + " " + pid + "\n");
      } finally {
        kernel.unpin(PIN);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "struct_ops list",
        "struct_ops show",
        "struct_ops dump",
        "iter list",
        "token list",
        "pin list"
      })
  void emptyListsAreValidJson(String line) {
    assertThat(JsonTree.read(ok((Object[]) (line + " --json").split(" ", -1)).out()))
        .isInstanceOf(List.class);
    assertThat(ok((Object[]) (line + " --jsonl").split(" ", -1)).err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pin list",
        "pin rm",
        "stats show",
        "stats on",
        "stats off",
        "iter list",
        "iter cat",
        "struct_ops list",
        "struct_ops dump",
        "token list",
        "map dump",
        "map set",
        "map get",
        "map del",
        "map push",
        "map pop",
        "map count",
        "map diff",
        "map watch",
        "map export",
        "map import",
        "map create",
        "map freeze",
        "map pin",
        "prog dump",
        "btf dump"
      })
  void eachHasTwoExamples(String command) {
    var words = (command + " --help").split(" ", -1);
    var help = ok((Object[]) words).out();
    assertThat(help.lines().filter(l -> l.startsWith("  ebpf4j " + command)).count())
        .isGreaterThanOrEqualTo(2);
  }
}
