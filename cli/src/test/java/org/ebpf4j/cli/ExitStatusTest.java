package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.Failure;
import org.ebpf4j.cli.shell.ManPage;
import org.ebpf4j.error.NotMountedException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// Each exit status, from a command that has it; and that they are documented where people look.
class ExitStatusTest {
  /// As `ExitStatus.ALL` has them.
  private static final List<String> DOCUMENTED =
      List.of(
          "0 done",
          "1 failed",
          "2 wrong usage",
          "3 not found",
          "4 not permitted",
          "5 not supported here",
          "6 rejected by the verifier",
          "130 ended by Ctrl-C");

  private static String joined(String text) {
    return text.replaceAll("\\s+", " ");
  }

  @Test
  void theyAreInTheHelpInManPagesAndInTheReadme() throws IOException {
    var help = joined(Cli.run("--help").out());
    var page =
        Objects.requireNonNull(ManPage.all(CommandLines.all(), "ebpf4j 0").get("ebpf4j.1"))
            .replace("\\-", "-");
    var readme =
        joined(
            Files.readString(TestObjects.example("hello").resolve("../../README.md").normalize()));
    assertThat(help).contains(DOCUMENTED);
    assertThat(page).contains(DOCUMENTED);
    assertThat(readme).contains(DOCUMENTED);
  }

  @Test
  void wrongUsageIs2() {
    assertThat(Cli.run("prog", "lst").status()).isEqualTo(ExitStatus.USAGE);
    assertThat(Cli.run("map", "get").status()).isEqualTo(ExitStatus.USAGE);
    assertThat(Cli.run("verify", "--no-such-option").status()).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void aMissingFileIs3() {
    assertThat(Cli.run("btf", "dump", "/nowhere/x.o").status()).isEqualTo(ExitStatus.NOT_FOUND);
  }

  /// As a device that is not there.
  @Test
  void aFileSystemThatIsNotMountedIs3() {
    var failure = Failure.of(new NotMountedException("bpf", "pinning", "mount -t bpf bpf /x"));
    assertThat(failure.status()).isEqualTo(ExitStatus.NOT_FOUND);
  }

  @Test
  void aDamagedFileIs1(@TempDir Path directory) throws IOException {
    var file = directory.resolve("damaged.bpf.o");
    Files.writeString(file, "no ELF");
    assertThat(Cli.run("disasm", file).status()).isEqualTo(ExitStatus.FAILED);
  }

  /// With a kernel.
  @Nested
  @KernelTest
  class Live {
    static boolean takesInterrupts() {
      return Session.takesInterrupts();
    }

    @Test
    void whatWasDoneIs0() {
      assertThat(Cli.run("map", "list").status()).isZero();
    }

    @Test
    void anObjectThatIsNotThereIs3() {
      for (var kind : List.of("prog", "map", "link")) {
        assertThat(Cli.run(kind, "show", "999999999").status()).isEqualTo(ExitStatus.NOT_FOUND);
      }
    }

    @Test
    void aRejectedProgramIs6() {
      assertThat(Cli.run("verify", TestObjects.file("bad_null")).status())
          .isEqualTo(ExitStatus.REJECTED);
      assertThat(Cli.run("run", TestObjects.file("bad_null")).status())
          .isEqualTo(ExitStatus.REJECTED);
    }

    @Test
    @Requires(Facility.SETPRIV)
    void aMissingPrivilegeIs4() throws IOException {
      try (var session =
          Session.startAfter(
              "exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"", "prog", "list")) {
        assertThat(session.finish()).as(session.err()).isEqualTo(ExitStatus.NOT_PERMITTED);
      }
    }

    /// A link on a tracepoint is one of a perf event, which the kernel does not detach.
    @Test
    @Requires(Facility.TRACEFS)
    @RequiresKernel(value = "5.15", because = "links of perf events")
    void whatTheKernelDoesNotDoIs5() {
      try (var kernel = LinuxKernel.open();
          var object = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")));
          var link = object.program("count_exec").attach()) {
        var run = Cli.run("link", "detach", link.ids().getFirst(), "--yes");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.NOT_SUPPORTED);
      }
    }

    @Test
    @EnabledIf("takesInterrupts")
    void ctrlCIs130WithValidJson() throws IOException {
      try (var kernel = LinuxKernel.open();
          var map = kernel.createMap(MapSpec.of("watched", MapType.HASH, 4, 4, 4));
          var session = Session.start("map", "watch", map.id(), "--json", "--every", "100ms")) {
        var next = new int[1];
        session.await(
            "changed", () -> map.update(new byte[4], new byte[] {(byte) next[0]++, 0, 0, 0}));
        session.signal("INT");

        assertThat(session.finish()).as(session.err()).isEqualTo(ExitStatus.INTERRUPTED);
        assertThat(JsonTree.read(session.out())).isInstanceOf(List.class);
      }
    }
  }
}
