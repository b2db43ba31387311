package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.ebpf4j.cli.process.Console;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Lines that are read without picocli have the meaning that it gives them.
class PlainLineTest {
  private final Console console =
      new Console(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
  private final Commands commands = new Commands(console, new Main());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run a.o",
        "run a.o --duration 10s --steps --raw --no-trace",
        "run --duration=500ms a.o -v",
        "run a.o --set a=1 --set b=x=y --program p,q --program r --without s",
        "run a.o --attach xdp:veth0,generic --attach p=socket:listen=127.0.0.1:1",
        "run a.o --maps all --every 2m --jsonl --jfr out.jfr",
        "run a.o --maps a,b --keep-going --log-level 2 --type socket_filter",
        "run a.o --btf v --kconfig c --pin-path /sys/fs/bpf",
        "load a.o --pin d",
        "load --pin=d --no-attach a.o --set a=1",
        "unpin a b",
        "verify",
        "verify a b --json --whole --btf v",
        "verify --files-from list --baseline old",
        "disasm a.o",
        "disasm a.o --program p --no-source --fit host --type xdp",
        "link out.o a.o",
        "link out.o a.o b.o c.o",
        "btf dump v",
        "btf dump v --format c",
        "btf dump --format=c --type t --base b v",
        "btf min v out a.o b.o",
        "btf dump id 7 --jsonl",
        "map dump 12 --jsonl --sort value.hits --limit 5",
        "map dump id 12 --bpftool",
        "map set 12 pid=7 value.hits=1 --dry-run --only-new",
        "map export 12 out.csv --overwrite",
        "map import 12 in.csv --update --dry-run",
        "prog dump xlated 42 --no-source --jsonl",
        "pin list /sys/fs/bpf --json",
        "why prog 42",
        "schema prog list --jsonl",
        "disasm a.o --json --no-source",
        "unpin a --json --dry-run",
        "why map a b --json --release --dry-run",
        "tree",
        "tree prog 1 --btf --html out",
      })
  void areReadTheSame(String line) throws Exception {
    var words = line.split(" ", -1);
    var plain = Objects.requireNonNull(commands.plain(words));
    var parsed = commands.line(words);
    var end = parsed.parseArgs(words);
    while (end.hasSubcommand()) {
      end = end.subcommand();
    }
    Object other = end.commandSpec().userObject();
    assertThat(fields(plain, "")).isEqualTo(fields(other, "")).isNotEmpty();
    assertThat(plain).isNotSameAs(other).hasSameClassAs(other);
  }

  /// Help, mistakes, what is rare, and what picocli reads in a way of its own.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "run --help",
        "run a.o b.o",
        "run a.o --raw --raw",
        "run a.o -v --steps",
        "run a.o --raw=true",
        "run a.o --duration",
        "run a.o --duration -v",
        "run a.o --duration soon",
        "run a.o --duration 1s --duration 2s",
        "run a.o --log-level x",
        "run a.o --type xdp --type tc",
        "run a.o --maps ,a",
        "run a.o --maps a,,b",
        "run a.o --set 'a=1'",
        "run a.o --set \"a=1\"",
        "run a.o --dur 1s",
        "run a.o --debug",
        "run a.o --log=x",
        "run @words",
        "run -- a.o",
        "load a.o",
        "unpin",
        "link out.o",
        "link --help out.o a.o",
        "btf",
        "btf dump",
        "btf dump v --format raw",
        "btf dump v --format C",
        "btf min v out",
        "export a.o",
        "ruin a.o",
        "--help",
        "--version run a.o"
      })
  void areLeftToPicocli(String line) {
    assertThat(commands.plain(line.split(" ", -1))).isNull();
  }

  @Test
  void isNoLineAtAll() {
    assertThat(commands.plain()).isNull();
    assertThat(commands.plain("run", "")).isNull();
  }

  /// A usage that turns out wrong only when the command runs is told in the same way.
  @Test
  void tellsOfMistakesAlike() {
    var plain = Cli.run("run", "no.o", "--attach", "nowhere");
    var other = Cli.run("run", "no.o", "--attach", "nowhere", "--debug");
    assertThat(plain).isEqualTo(other);
    assertThat(plain.status()).isEqualTo(2);
    assertThat(plain.err()).startsWith("ebpf4j: --attach: ").endsWith("help: ebpf4j run --help\n");
  }

  /// The fields of a command and of what it is put together from, each as a line.
  private static List<String> fields(Object object, String path) throws IllegalAccessException {
    var lines = new ArrayList<String>();
    for (var field : object.getClass().getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers())) {
        continue;
      }
      field.setAccessible(true);
      var value = field.get(object);
      var name = path + field.getName();
      if (value != null
          && value.getClass().getName().startsWith("org.ebpf4j.cli")
          && !(value instanceof Console || value instanceof Main || value instanceof Enum<?>)) {
        lines.addAll(fields(value, name + "."));
      } else {
        lines.add(name + " = " + value);
      }
    }
    return lines;
  }
}
