package org.ebpf4j.cli;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.cli.process.Interrupt;

/// Runs some commands in one JVM, for the cache of loaded and linked classes that the script
/// `bin/build` makes once. What they say is not printed; whether they succeed is of no account, as
/// no privileges may be there yet.
final class Rehearsal {
  private Rehearsal() {}

  /// The first argument is the folder of the checkout, the second a folder to write to.
  public static void main(String[] args) {
    Interrupt.install();
    var silence = new PrintWriter(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    for (var command : commands(Path.of(args[0], "examples"), Path.of(args[1]))) {
      Main.execute(silence, silence, command.toArray(String[]::new));
    }
    Interrupt.finish(0);
  }

  private static List<List<String>> commands(Path examples, Path scratch) {
    var hello = examples.resolve("hello/hello.bpf.o").toString();
    var exec = examples.resolve("core/exec.bpf.o").toString();
    var maps = examples.resolve("sections/maps.bpf.o").toString();
    var execs = examples.resolve("tools/execs.bpf.o").toString();
    var vmlinux = "/sys/kernel/btf/vmlinux";
    return List.of(
        List.of("--version"),
        List.of("--help"),
        List.of("run", hello, "--duration", "500ms"),
        List.of("run", execs, "--duration", "500ms"),
        List.of("verify", exec, maps),
        List.of("disasm", hello),
        List.of("link", scratch.resolve("linked.o").toString(), exec, maps),
        List.of("btf", "dump", exec),
        List.of("btf", "dump", exec, "--format", "c"),
        List.of("btf", "min", vmlinux, scratch.resolve("min.btf").toString(), exec));
  }
}
