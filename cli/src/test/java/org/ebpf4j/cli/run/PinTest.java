package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.cli.Alive;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.Session;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// `ebpf4j load`, `unpin` and `run --pin-link`: what outlives the command, and what does not.
@KernelTest
@Requires({Facility.BPFFS, Facility.TRACEFS})
class PinTest {
  private final Path directory = Path.of("/sys/fs/bpf/ebpf4j-cli-" + ProcessHandle.current().pid());

  @AfterEach
  void nothingIsLeft() {
    if (Files.exists(directory)) {
      Cli.run("unpin", directory);
    }
  }

  @Test
  @RequiresKernel(value = "5.15", because = "links on perf events can be pinned since then")
  void loadKeepsProgramsMapsAndLinksAliveAndUnpinEndsThem() throws IOException {
    var before = Alive.now();
    var maps = TestObjects.example("sections/maps.bpf.o");
    var planned = Cli.run("load", maps, "--pin", directory, "--dry-run");
    assertThat(planned.status()).isZero();
    assertThat(planned.out())
        .contains("would load program 'count_exec' (tracepoint) and attach it to tracepoint")
        .contains("would pin " + directory + "/links/count_exec");
    assertThat(directory).doesNotExist();
    assertThat(before.newcomers()).isEmpty();
    var load = Cli.run("load", maps, "--pin", directory);
    assertThat(load.out().lines().map(pin -> "would pin " + pin))
        .hasSameElementsAs(
            planned.out().lines().filter(line -> line.startsWith("would pin")).toList());

    assertThat(load.err()).contains("count_exec: tracepoint");
    assertThat(load.status()).isZero();
    assertThat(load.out().lines())
        .containsExactly(
            directory + "/programs/count_exec",
            directory + "/maps/executions",
            directory + "/maps/_bss",
            directory + "/maps/_rodata",
            directory + "/links/count_exec");
    try (var kernel = LinuxKernel.open();
        var map = kernel.openMap(directory.resolve("maps/executions"));
        var link = kernel.openLink(directory.resolve("links/count_exec"));
        var program = kernel.openProgram(directory.resolve("programs/count_exec"))) {
      assertThat(link.info().getFirst().programId()).isEqualTo(program.id());
      var first = count(map.lookup(new byte[4]).orElseThrow());
      Session.shell("/bin/true || true");
      assertThat(count(map.lookup(new byte[4]).orElseThrow())).isGreaterThan(first);
    }
    var unpin = Cli.run("unpin", directory);

    assertThat(unpin.status()).isZero();
    assertThat(unpin.out().lines())
        .hasSize(5)
        .contains("unpinned " + directory + "/links/count_exec");
    assertThat(directory).doesNotExist();
    assertThat(before.newcomers()).isEmpty();
  }

  private static long count(byte[] value) {
    return java.nio.ByteBuffer.wrap(value).order(java.nio.ByteOrder.nativeOrder()).getLong();
  }

  @Test
  @RequiresKernel(value = "5.15", because = "links on perf events can be pinned since then")
  void pinsThatNobodyIsToldOfAreUndone() throws IOException {
    try (var session =
        Session.startAfter(
            "exec \"$@\" >/dev/full",
            "load",
            TestObjects.example("sections/maps.bpf.o"),
            "--pin",
            directory)) {
      assertThat(session.finish()).isEqualTo(ExitStatus.FAILED);
      assertThat(session.err()).contains("standard output: cannot be written");
    }
    assertThat(directory).doesNotExist();
  }

  @Test
  void loadWithoutAttachingPinsNoLinks() {
    var load =
        Cli.run(
            "load", TestObjects.example("hello/hello.bpf.o"), "--pin", directory, "--no-attach");

    assertThat(load.status()).isZero();
    assertThat(load.err()).contains("hello: tracepoint, fd ").contains("not attached");
    assertThat(load.out().lines()).containsExactly(directory + "/programs/hello");
  }

  @Test
  void leavesNothingWhereAPathIsTaken() throws IOException {
    try (var kernel = LinuxKernel.open();
        var map = kernel.createMap(MapSpec.of("taken", MapType.ARRAY, 4, 8, 1))) {
      Files.createDirectories(directory.resolve("maps"));
      map.pin(directory.resolve("maps/executions"));
      var before = Alive.now();

      var load =
          Cli.run(
              "load",
              TestObjects.example("sections/maps.bpf.o"),
              "--pin",
              directory,
              "--no-attach");

      assertThat(load.status()).isEqualTo(ExitStatus.FAILED);
      assertThat(load.err())
          .contains(
              "map 'executions' cannot be pinned at "
                  + directory
                  + "/maps/executions: a map (id "
                  + map.id()
                  + ") is there already");
      assertThat(directory.resolve("programs")).doesNotExist();
      assertThat(directory.resolve("maps/executions")).exists();
      assertThat(before.newcomers()).isEmpty();
    }
  }

  @Test
  void refusesAPlaceThatIsNoBpffs() {
    var before = Alive.now();
    var load =
        Cli.run("load", TestObjects.example("hello/hello.bpf.o"), "--pin", "/tmp/ebpf4j-hello");

    assertThat(load.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(load.err())
        .contains("/tmp/ebpf4j-hello is not on a bpffs")
        .contains("try: /sys/fs/bpf/ebpf4j-hello");
    assertThat(Path.of("/tmp/ebpf4j-hello")).doesNotExist();
    assertThat(before.newcomers()).isEmpty();
  }

  @Test
  void unpinTouchesNothingOutsideABpffs() throws IOException {
    var file = Files.createTempFile("ebpf4j", ".keep");

    var run = Cli.run("unpin", file);

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains(file + " is not in a bpffs").contains("left alone");
    assertThat(file).exists();
    Files.delete(file);
  }

  @Test
  void unpinRefusesAWholeBpffsAndNamesWhatIsMissing() {
    assertThat(Cli.run("unpin", "/sys/fs/bpf").err()).contains("is a whole bpffs");
    assertThat(Cli.run("unpin", directory.resolve("x")).err())
        .contains("no pin at " + directory + "/x");
  }

  @Test
  void unpinRemovesNothingWhereOnePathIsWrong() {
    Cli.run("load", TestObjects.example("hello/hello.bpf.o"), "--pin", directory, "--no-attach");

    var run = Cli.run("unpin", directory, directory.resolveSibling("nothing-here"));

    assertThat(run.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(directory.resolve("programs/hello")).exists();
  }

  @Test
  @RequiresKernel(value = "5.15", because = "links on perf events can be pinned since then")
  void runKeepsTheLinkThatItWasToldToPin() throws IOException {
    Files.createDirectory(directory);
    var before = Alive.now();
    var pin = directory.resolve("link");

    var run =
        Cli.run(
            "run", TestObjects.example("hello/hello.bpf.o"), "--duration", "0s", "--pin-link", pin);

    assertThat(run.status()).isZero();
    try (var kernel = LinuxKernel.open();
        var link = kernel.openLink(pin)) {
      assertThat(kernel.programIds()).contains(link.info().getFirst().programId());
    }
    assertThat(Cli.run("unpin", pin).status()).isZero();
    assertThat(before.newcomers()).isEmpty();
  }

  @Test
  @RequiresKernel(value = "5.15", because = "links on perf events can be pinned since then")
  @Requires({Facility.KPROBES, Facility.BPFFS, Facility.TRACEFS})
  void runPinsTheLinkOfEachOfSeveralPrograms() {
    var before = Alive.now();

    var run =
        Cli.run(
            "run",
            TestObjects.example("sections/kprobe.bpf.o"),
            "--duration",
            "0s",
            "--pin-link",
            directory);

    assertThat(run.status()).isZero();
    assertThat(directory.resolve("opening")).exists();
    assertThat(directory.resolve("opened")).exists();
    assertThat(Cli.run("unpin", directory).out().lines()).hasSize(2);
    assertThat(before.newcomers()).isEmpty();
  }
}
