package org.ebpf4j.cli;

import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.ebpf4j.cli.process.Interrupt;
import org.ebpf4j.cli.process.StandardOutput;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;

/// Runs some commands in one JVM, for a cache of loaded and linked classes that the script
/// `bin/build` makes once. What they say is not printed; whether they succeed is of no account, as
/// no privileges may be there yet.
final class Rehearsal {
  private Rehearsal() {}

  /// The arguments are the name of the cache, the folder of examples, and a folder to write to.
  public static void main(String[] args) {
    Interrupt.install();
    var out = StandardOutput.ofResults(OutputStream.nullOutputStream()).printer();
    var err = StandardOutput.ofMessages(OutputStream.nullOutputStream()).printer();
    if (args[0].equals("objects")) {
      showObjects(Path.of(args[1]));
    } else {
      for (var command : commands(args[0], Path.of(args[1]), Path.of(args[2]))) {
        Main.execute(out, err, command.toArray(String[]::new));
      }
    }
    Interrupt.finish(0);
  }

  /// Keeps a program, its maps and a link for a minute, for other processes to list: their caches
  /// get what lists need, and not what loading does. Says so in a line.
  private static void showObjects(Path examples) {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(examples.resolve("core/exec.bpf.o")));
        var _ = object.programs().getFirst().attach()) {
      System.out.println("shown");
      Thread.sleep(Duration.ofMinutes(1));
    } catch (BpfException | InterruptedException _) {
      // Without privileges the lists are empty.
    }
  }

  private static List<List<String>> commands(String cache, Path examples, Path scratch) {
    var hello = examples.resolve("hello/hello.bpf.o").toString();
    var exec = examples.resolve("core/exec.bpf.o").toString();
    var maps = examples.resolve("sections/maps.bpf.o").toString();
    var execs = examples.resolve("tools/execs.bpf.o").toString();
    var vmlinux = "/sys/kernel/btf/vmlinux";
    return switch (cache) {
      case "version" -> List.of(List.of("--version"), List.of("completion"));
      case "run" ->
          List.of(
              List.of("run", hello, "--duration", "500ms"),
              List.of("run", execs, "--duration", "500ms"),
              List.of("run", hello, "--virtual"),
              List.of("run", "--help"));
      case "list" ->
          List.of(
              List.of("prog", "list"),
              List.of("map", "list"),
              List.of("link", "list"),
              List.of("btf", "list"),
              List.of("prog", "list", "--json"),
              List.of("map", "list", "--json"),
              List.of("link", "list", "--json"),
              List.of("prog", "list", "--bpftool"),
              List.of("prog", "show"),
              List.of("map", "show"));
      case "inspect" ->
          List.of(
              List.of("prog", "list"),
              List.of("map", "list", "--json"),
              List.of("btf", "list"),
              List.of("prog", "show"),
              List.of("tree"),
              List.of("complete", "prog", "show", ""),
              List.of("complete", "ver"));
      case "types" ->
          List.of(
              List.of("disasm", hello),
              List.of("link", scratch.resolve("linked.o").toString(), exec, maps),
              List.of("btf", "dump", exec),
              List.of("btf", "dump", exec, "--format", "c"),
              List.of("btf", "min", vmlinux, scratch.resolve("min.btf").toString(), exec));
      default ->
          List.of(
              List.of("--help"),
              List.of("verify", exec, maps),
              List.of("verify", "--help"),
              List.of("export", "--help"));
    };
  }
}
