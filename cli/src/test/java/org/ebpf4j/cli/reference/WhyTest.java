package org.ebpf4j.cli.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.Terminals;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `ebpf4j why`.
@KernelTest
@Requires({Facility.BPFFS, Facility.TRACEFS})
@RequiresKernel(value = "5.19", because = "links are counted by an iterator since then")
class WhyTest {
  private final long pid = ProcessHandle.current().pid();
  private final Path pin = Path.of("/sys/fs/bpf/ebpf4j-why-" + pid);
  private LinuxKernel kernel;
  private LinuxObject object;

  @BeforeEach
  void load() {
    kernel = LinuxKernel.open();
    object = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")));
  }

  @AfterEach
  void close() {
    object.close();
    kernel.close();
  }

  private int program() {
    return object.program("count_exec").id();
  }

  /// What was printed, with letters for the numbers that are others each time.
  private String told(String out) {
    return out.replace("[" + pid + "]", "[PID]")
        .replace("process " + pid, "process PID")
        .replace(String.valueOf(pin), "PIN")
        .replaceAll(" \\(/[^)]*\\)", "")
        .replaceAll("(prog|link|map) " + "[0-9]+", "$1 ID")
        .replaceAll("fd [0-9]+", "fd N")
        .replaceAll("of [a-z-]+\\[", "of java[")
        .replaceAll("PID \\([^)]*\\)", "PID (java)");
  }

  @Test
  void namesAllHoldersOfAProgram() {
    object.program("count_exec").pin(pin);
    try (var _ = object.program("count_exec").attach()) {
      var why = Cli.run("why", "prog", program());
      assertThat(why.status()).isZero();
      assertThat(why.err()).isEmpty();
      assertThat(told(why.out()))
          .isEqualTo(
              """
              prog ID (count_exec), tracepoint: refcount 4 = 4 explained
                fd N of java[PID]
                link ID (perf_event): runs it
                link ID (perf_event): its perf event
                pin PIN
              """);
      assertThat(told(Cli.run("why", "prog", program(), "--release", "--dry-run").out()))
          .isEqualTo(
              """
              prog ID (count_exec), tracepoint: refcount 4 = 4 explained; nothing is done, this would free it:
                not by this command: close fd N in process PID (java), or end it
                free link ID:
                  not by this command: close fd N in process PID (java), or end it
                remove pin PIN
              """);
      assertThat(Cli.run("why", "prog", pin, "--json").out())
          .startsWith(
              "[{\"object\":\"prog\",\"id\":"
                  + program()
                  + ",\"name\":\"count_exec\",\"type\":\"tracepoint\",\"refcount\":4,\"usercount\":null,"
                  + "\"explained\":4,\"unexplained\":0,\"verdict\":\"explained\",\"changed\":false,\"references\":[{\"kind\":\"fd\",\"count\":1,\"text\":\"fd"
                  + " ")
          .contains("\"by\":\"fd\",\"pid\":" + pid + ",\"tid\":" + pid + ",\"fd\":")
          .contains("{\"kind\":\"pin\",\"count\":1,\"text\":\"pin " + pin)
          .endsWith("}]\n");
    } finally {
      kernel.unpin(pin);
    }
  }

  @Test
  void namesTheProgramsOfAMap() {
    var map = object.maps().stream().filter(m -> m.name().equals("counts")).findFirst();
    var id = map.orElse(object.maps().getFirst()).info().id();
    assertThat(Cli.run("why", "map", id).out())
        .contains("map " + id + " (")
        .contains(": uses it")
        .contains(" explained");
  }

  @Test
  void releasesNothingWithoutBeingTold() {
    object.program("count_exec").pin(pin);
    try {
      var why = Cli.run("why", "prog", program(), "--release");
      assertThat(why.status()).isEqualTo(ExitStatus.USAGE);
      assertThat(why.err()).contains("add --yes: there is no terminal to ask on");
      assertThat(pin).exists();
      assertThat(Cli.run("why", "prog", program(), "--yes").err())
          .contains("--yes belongs to --release");
    } finally {
      kernel.unpin(pin);
    }
  }

  @Test
  void releasesAllThatHoldsAnObjectAndNothingElse() throws Exception {
    var other = Path.of(pin + "-other");
    var spec = ObjectSpec.read(TestObjects.example("sections/maps.bpf.o"));
    try (var another = kernel.load(spec)) {
      int freed;
      try (var pinned = kernel.load(spec)) {
        freed = pinned.program("count_exec").id();
        try (var link = pinned.program("count_exec").attach()) {
          link.pin(pin);
        }
        another.program("count_exec").pin(other);
      }
      var why = Cli.run("why", "prog", freed, "--release", "--yes");
      assertThat(why.err()).isEmpty();
      assertThat(told(why.out()))
          .isEqualTo(
              """
              prog ID (count_exec), tracepoint: refcount 2 = 2 explained; to free it:
                free link ID:
                  remove pin PIN
              removed pin PIN
              prog ID is gone
              """);
      assertThat(why.status()).isZero();
      assertThat(pin).doesNotExist();
      assertThat(kernel.programIds()).doesNotContain(freed).contains(program());
      assertThat(other).exists();
    } finally {
      Files.deleteIfExists(pin);
      Files.deleteIfExists(other);
    }
  }

  @Test
  void asksOnATerminalForEachStep() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/script")), "'script' makes the terminal");
    var second = Path.of(pin + "-second");
    object.program("count_exec").pin(pin);
    object.program("count_exec").pin(second);
    try {
      var answered = Terminals.run("e\ny\nn\n", "why", "prog", program(), "--release");
      assertThat(told(answered))
          .contains(
              "do these 2 steps to free prog ID? [y = all, e = ask for each, N = nothing] ",
              "remove pin PIN? [y/N] ",
              "removed pin PIN",
              "remove pin PIN-second? [y/N] ",
              "prog ID is still there:");
      assertThat(Files.exists(pin) ^ Files.exists(second)).isTrue();
      assertThat(Terminals.run("\n", "why", "prog", program(), "--release"))
          .contains("nothing was done");
      assertThat(Files.exists(pin) ^ Files.exists(second)).isTrue();
    } finally {
      Files.deleteIfExists(pin);
      Files.deleteIfExists(second);
    }
  }

  @Test
  void saysWhichProcessHasToEnd() {
    object.program("count_exec").pin(pin);
    var why = Cli.run("why", "prog", pin, "--release", "--yes");
    assertThat(told(why.out()))
        .isEqualTo(
            """
            prog ID (count_exec), tracepoint: refcount 2 = 2 explained; to free it:
              not by this command: close fd N in process PID (java), or end it
              remove pin PIN
            removed pin PIN
            prog ID is still there:
            prog ID (count_exec), tracepoint: refcount 1 = 1 explained
              fd N of java[PID]
            """);
    assertThat(why.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(pin).doesNotExist();
    var json = Cli.run("why", "prog", program(), "--release", "--yes", "--json");
    assertThat(json.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(json.out())
        .contains("\"release\":[{\"step\":\"process\",\"object\":\"prog\",\"id\":" + program())
        .endsWith("\"gone\":false}]\n");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertThat(Cli.run("why", "prog", "no_such_name").status()).isEqualTo(ExitStatus.NOT_FOUND);
    var kind = Cli.run("why", "program", "7");
    assertThat(kind.status()).isEqualTo(2);
    assertThat(kind.err()).contains("'program' is no kind of object: prog, map, link or btf");
    assertThat(Cli.run("why").status()).isEqualTo(2);
  }
}
