package org.ebpf4j.cli.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.ebpf4j.cli.Cli;
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
                close fd N in process PID (java), or end it
                free link ID:
                  close fd N in process PID (java), or end it
                rm 'PIN'
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
  void releasesNothing() {
    var why = Cli.run("why", "prog", program(), "--release");
    assertThat(why.status()).isEqualTo(2);
    assertThat(why.err()).contains("--release --dry-run");
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
