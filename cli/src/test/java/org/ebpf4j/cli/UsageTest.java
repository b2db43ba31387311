package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.text.DurationConverter;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the command line says before it comes to a kernel.
class UsageTest {
  @Test
  void printsHelpWithExamplesToStandardOutput() {
    var run = Cli.run();

    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("ebpf4j run examples/hello/hello.bpf.o").contains("unpin");
    assertThat(run.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run", "load", "unpin", "attach", "export", "verify", "disasm", "link", "btf", "why", "tree"
      })
  void eachCommandHasExamples(String command) {
    var run = Cli.run(command, "--help");

    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("Examples:").contains("  ebpf4j " + command + " ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "run", "map dump", "feature", "link", "help"})
  void helpOfACommandIsWhatItPrintsItself(String command) {
    var words = command.isEmpty() ? new String[0] : command.split(" ", -1);
    var asked = Stream.concat(Stream.of("help"), Arrays.stream(words)).toArray();
    var help = Cli.run(asked);

    assertThat(help.status()).as(help.err()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out())
        .isEqualTo(
            Cli.run(Stream.concat(Arrays.stream(words), Stream.of("--help")).toArray()).out());
  }

  @Test
  void helpOfWhatIsNoCommandNamesNearOnes() {
    assertThat(Cli.run("help", "rnu").err())
        .startsWith("ebpf4j: there is no command 'rnu'; did you mean run?\n");
    var run = Cli.run("help", "map", "dmup");
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("ebpf4j: there is no command 'dmup' of 'map'; did you mean dump?\n");
    assertThat(Cli.run("map", "dmup", "1").err()).contains("did you mean dump?");
    assertThat(Cli.run("prgo", "list").err()).contains("did you mean prog?");
    assertThat(Cli.run("prog", "lst").err()).contains("of 'prog'; did you mean list?");
    assertThat(Cli.run("prog", "quark").err())
        .contains("of 'prog'; there are attach, detach, dump, list, pin, show");
    assertThat(Cli.run("help", "prog", "quark").err())
        .contains("there are attach, detach, dump, list, pin, show");
  }

  /// Of bpftool, for example.
  @Test
  void wordsOfOtherToolsAreAnsweredWithOurs() {
    assertThat(Cli.run("map", "update", "1").err()).contains("did you mean set?");
    assertThat(Cli.run("map", "lookup", "1").err()).contains("did you mean get?");
    assertThat(Cli.run("map", "dequeue", "1").err()).contains("did you mean pop?");
    assertThat(Cli.run("detach", "1").err()).contains("did you mean prog detach or link detach?");
    assertThat(Cli.run("gen", "skeleton").err())
        .contains("did you mean generate or link or btf min?");
    assertThat(Cli.run("why", "prg", "1").err()).contains("Did you mean 'prog'?");
  }

  @Test
  void groupsOfCommandsPrintTheirHelp() {
    for (var group : new String[] {"export", "prog", "map", "btf", "pin", "stats", "iter"}) {
      var run = Cli.run(group);
      assertThat(run.status()).as(group).isZero();
      assertThat(run.out()).contains("Commands:");
      assertThat(run.err()).isEmpty();
    }
  }

  @Test
  void saysWhatIsMissing() {
    assertThat(Cli.run("btf", "dump", "prog").err()).contains("which one is missing behind 'prog'");
    assertThat(Cli.run("btf", "dump", "/sys/kernel/btf/vmlinux", "--type", "no such").err())
        .doesNotContain("such as ,", "such as .");
    assertThat(Cli.run("completion", "tcsh").err()).contains("but for bash, zsh, fish\n");
  }

  @Test
  void wantsSomethingToVerify() {
    var run = Cli.run("verify", "--json");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("no file to verify");
  }

  @Test
  void rejectsAnUnknownCommand() {
    var run = Cli.run("rnu", "x");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("rnu").contains("run");
  }

  @Test
  void namesAFileThatIsMissing() {
    var run = Cli.run("run", "/nowhere/x.bpf.o");

    assertThat(run.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(run.err())
        .isEqualTo(
            """
            ebpf4j: /nowhere/x.bpf.o: no such file
              try: look at the path: there is no directory /nowhere
            """);
  }

  /// What never ends is not read until memory is full.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "run /dev/zero",
        "disasm /dev/zero --type xdp",
        "btf dump /dev/zero",
        "verify --files-from /dev/zero",
        "export prometheus /dev/zero --once",
        "feature diff /dev/zero /dev/zero"
      })
  void readsNoFileWithoutAnEnd(String line) {
    var run = Cli.run((Object[]) line.split(" ", -1));

    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err())
        .containsPattern("/dev/zero.*: (it goes on|has more than)")
        .contains("\n  try: name the right file")
        .doesNotContain("memory");
  }

  /// Also where the object needs nothing of it.
  @Test
  void saysThatAFileHasNoTypesOrOptions() {
    var hello = TestObjects.example("hello/hello.bpf.o");
    var types =
        Cli.run("run", hello, "--duration", "1ms", "--btf", hello.resolveSibling("hello.bpf.c"));
    assertThat(types.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(types.err())
        .contains("hello.bpf.c, offset 0x0: no types: neither BTF nor an ELF file")
        .contains("\n  try: name a file such as /sys/kernel/btf/vmlinux");
    var config = Cli.run("run", hello, "--duration", "1ms", "--kconfig", hello);
    assertThat(config.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(config.err())
        .contains("hello.bpf.o: has no line CONFIG_NAME=value\n  try: a configuration as text");
  }

  @Test
  void saysThatBareInstructionsNeedAType() {
    var run = Cli.run("run", TestObjects.example("socket/get.text"));

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("offset 0x0: not an ELF file").contains("--type");
  }

  @Test
  void rejectsInstructionsOfABrokenLength(@TempDir Path directory) throws IOException {
    var file = directory.resolve("prog.text");
    Files.write(
        file, Arrays.copyOf(Files.readAllBytes(TestObjects.example("socket/get.text")), 13));

    var run = Cli.run("run", file, "--type", "socket_filter", "--attach", "socket:listen=0");

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err())
        .contains("prog.text, offset 0x8")
        .contains("13 bytes is no multiple of 8");
  }

  @Test
  void rejectsAnUnknownProgramTypeAndListsThem() {
    var run = Cli.run("disasm", TestObjects.example("socket/get.text"), "--type", "socket");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("no program type 'socket'").contains("socket_filter");
  }

  @Test
  void asksWhereAProgramGoesWhoseSectionDoesNotSay() {
    var run = Cli.run("run", TestObjects.example("sections/xdp.bpf.o"));

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err())
        .contains("program 'packet' (section xdp) does not say where it is attached")
        .contains("xdp:DEVICE");
  }

  @Test
  void rejectsAPlaceThatSuitsNoProgram() {
    var run = Cli.run("run", TestObjects.example("hello/hello.bpf.o"), "--attach", "xdp:veth0");

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err())
        .contains("--attach xdp:veth0 suits no program")
        .contains("'hello' (tracepoint)");
  }

  @Test
  void rejectsTwoPlacesForOneProgram() {
    var run =
        Cli.run(
            "run",
            TestObjects.example("sections/xdp.bpf.o"),
            "--attach",
            "xdp:a",
            "--attach",
            "xdp:b");

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err())
        .contains("'packet' (xdp) could go to xdp:a or xdp:b")
        .contains("packet=xdp:a");
  }

  @Test
  void readsTimesWithUnits() {
    var converter = new DurationConverter();

    assertThat(converter.convert("500ms").toMillis()).isEqualTo(500);
    assertThat(converter.convert("10s").toMillis()).isEqualTo(10_000);
    assertThat(converter.convert("7").toMillis()).isEqualTo(7_000);
    assertThat(converter.convert("2m").toMillis()).isEqualTo(120_000);
    assertThat(Cli.run("run", "x", "--duration", "soon").err()).contains("is no time such as 10s");
  }
}
