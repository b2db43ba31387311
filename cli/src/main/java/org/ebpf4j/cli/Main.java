package org.ebpf4j.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ebpf4j.cli.btf.BtfCommand;
import org.ebpf4j.cli.export.ExportCommand;
import org.ebpf4j.cli.object.DisasmCommand;
import org.ebpf4j.cli.object.LinkCommand;
import org.ebpf4j.cli.process.Debugging;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.Interrupt;
import org.ebpf4j.cli.run.LoadCommand;
import org.ebpf4j.cli.run.RunCommand;
import org.ebpf4j.cli.run.UnpinCommand;
import org.ebpf4j.cli.verify.VerifyCommand;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.error.VerifierException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ebpf4j`: the whole command line. Results go to standard output; what is said about them, and
/// errors, to standard error.
@Command(
    name = "ebpf4j",
    mixinStandardHelpOptions = true,
    version = "ebpf4j 0.1.0",
    description = "Runs eBPF programs: loads an object file, attaches it, shows what it says.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j run examples/hello/hello.bpf.o",
      "  ebpf4j disasm examples/hello/hello.bpf.o",
      "  ebpf4j load examples/hello/hello.bpf.o --pin /sys/fs/bpf/hello",
      "  ebpf4j unpin /sys/fs/bpf/hello",
      "  ebpf4j verify examples/sections",
      "",
      "Exit status: 0 done, 1 failed, 2 wrong usage, 3 not found,",
      "4 not permitted, 5 not supported here, 6 rejected by the verifier."
    })
public final class Main implements Debugging {

  /// A command, by the name that its class has in the annotation too.
  private record Subcommand(String name, Class<?> type) {}

  private static final List<Subcommand> SUBCOMMANDS =
      List.of(
          new Subcommand("run", RunCommand.class),
          new Subcommand("load", LoadCommand.class),
          new Subcommand("unpin", UnpinCommand.class),
          new Subcommand("export", ExportCommand.class),
          new Subcommand("verify", VerifyCommand.class),
          new Subcommand("disasm", DisasmCommand.class),
          new Subcommand("link", LinkCommand.class),
          new Subcommand("btf", BtfCommand.class));

  @Option(
      names = "--debug",
      scope = CommandLine.ScopeType.INHERIT,
      description = "With an error, print where in this program it arose.")
  private boolean debug;

  /// Whether errors are to be printed with where they arose.
  @Override
  public boolean debug() {
    return debug;
  }

  /// Runs a command and ends the JVM with its exit status.
  public static void main(String[] args) {
    Interrupt.install();
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    var status = execute(out, err, args);
    out.flush();
    Interrupt.finish(status);
  }

  /// Runs a command; its exit status.
  static int execute(PrintWriter out, PrintWriter err, String... args) {
    var main = new Main();
    var line = new CommandLine(main);
    addSubcommands(line, args);
    line.setOut(out);
    line.setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(110);
    line.setUsageHelpAutoWidth(true);
    line.setExecutionExceptionHandler((e, _, _) -> report(e, err, main.debug));
    if (args.length == 0) {
      line.usage(out);
      return 0;
    }
    return line.execute(args);
  }

  /// Reading what a command takes costs as much time as loading an object: where the first word is
  /// a command, only that one is read.
  private static void addSubcommands(CommandLine line, String... args) {
    var named =
        SUBCOMMANDS.stream().filter(c -> args.length > 0 && c.name().equals(args[0])).toList();
    for (var command : named.isEmpty() ? SUBCOMMANDS : named) {
      line.addSubcommand(command.name(), new CommandLine(command.type()));
    }
  }

  private static int report(Exception e, PrintWriter err, boolean debug) {
    if (!(e instanceof BpfException)) {
      err.println("ebpf4j: a fault of ebpf4j itself, please report it: " + e);
      e.printStackTrace(err);
      return ExitStatus.FAILED;
    }
    err.println("ebpf4j: " + e.getMessage());
    for (var other : e.getSuppressed()) {
      err.println("ebpf4j: and while cleaning up: " + other.getMessage());
    }
    if (debug) {
      e.printStackTrace(err);
    }
    return switch (e) {
      case NotFoundException _ -> ExitStatus.NOT_FOUND;
      case PermissionException _ -> ExitStatus.NOT_PERMITTED;
      case UnsupportedFeatureException _ -> ExitStatus.NOT_SUPPORTED;
      case VerifierException _ -> ExitStatus.REJECTED;
      default -> ExitStatus.FAILED;
    };
  }
}
