package org.ebpf4j.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.cli.btf.BtfCommand;
import org.ebpf4j.cli.export.ExportCommand;
import org.ebpf4j.cli.object.DisasmCommand;
import org.ebpf4j.cli.object.LinkCommand;
import org.ebpf4j.cli.process.Debugging;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.Failure;
import org.ebpf4j.cli.process.Interrupt;
import org.ebpf4j.cli.process.OutputException;
import org.ebpf4j.cli.process.StandardOutput;
import org.ebpf4j.cli.run.LoadCommand;
import org.ebpf4j.cli.run.RunCommand;
import org.ebpf4j.cli.run.UnpinCommand;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.cli.verify.VerifyCommand;
import org.ebpf4j.error.BpfException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ebpf4j`: the whole command line. Results go to standard output; what is said about them, and
/// errors, to standard error.
@Command(
    name = "ebpf4j",
    addMethodSubcommands = false,
    mixinStandardHelpOptions = true,
    version = Main.VERSION,
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

  /// What `--version` prints.
  static final String VERSION = "ebpf4j 0.1.0";

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

  /// Runs a command and ends the JVM with its exit status, whatever happens.
  public static void main(String[] args) {
    var status = ExitStatus.FAILED;
    try {
      Interrupt.install();
      var out = StandardOutput.ofResults(new FileOutputStream(FileDescriptor.out));
      var err = StandardOutput.ofMessages(new FileOutputStream(FileDescriptor.err));
      status = execute(out.printer(), err.printer(), args);
    } catch (Throwable t) {
      // Not even what should be said of it could be said.
      System.err.println("ebpf4j: " + t.getClass().getName());
    } finally {
      Interrupt.finish(status);
    }
  }

  /// Runs a command; its exit status.
  static int execute(PrintWriter out, PrintWriter err, String... args) {
    var main = new Main();
    try {
      var status = main.run(out, err, args);
      out.flush();
      return status;
    } catch (Throwable t) {
      // An Error, or an output that takes no more, which is seen with the last words.
      return main.report(t, err, args);
    }
  }

  private int run(PrintWriter out, PrintWriter err, String... args) {
    if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
      // Reading what all commands take costs more than the start of the JVM.
      out.println(VERSION);
      return 0;
    }
    var line = new CommandLine(this);
    addSubcommands(line, args);
    line.setOut(out);
    line.setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(110);
    line.setUsageHelpAutoWidth(true);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line.setExecutionExceptionHandler((e, _, _) -> report(e, err, args));
    var strategy = line.getExecutionStrategy();
    line.setExecutionStrategy(parsed -> {
      try {
        return strategy.execute(parsed);
      } catch (OutputException e) {
        // Of help, which is printed before any command is run.
        return report(e, err, args);
      }
    });
    line.setParameterExceptionHandler((e, words) -> wrongUsage(e, err, words));
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

  private int report(Throwable e, PrintWriter err, String... args) {
    var failure = Failure.of(e);
    if (wantsJson(args)) {
      failure.lines().stream()
          .findFirst()
          .ifPresent(message -> err.println(errorJson(message, failure.status())));
    } else {
      failure.print(err);
    }
    if (debug || !(e instanceof BpfException || e instanceof OutOfMemoryError)) {
      e.printStackTrace(err);
    }
    err.flush();
    return failure.status();
  }

  private static int wrongUsage(CommandLine.ParameterException e, PrintWriter err, String... args) {
    if (wantsJson(args)) {
      err.println(errorJson(UsageError.describe(e), CommandLine.ExitCode.USAGE));
    } else {
      err.println("ebpf4j: " + UsageError.describe(e));
      err.println(UsageError.help(e));
    }
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  private static String errorJson(String message, int status) {
    return Json.object(json -> json.put("error", message).put("status", status));
  }

  private static boolean wantsJson(String... args) {
    return Arrays.stream(args)
        .takeWhile(a -> !a.equals("--"))
        .anyMatch(a -> a.equals("--json") || a.equals("--jsonl"));
  }
}
