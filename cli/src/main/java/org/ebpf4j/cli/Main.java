package org.ebpf4j.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.util.Arrays;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.Debugging;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.Failure;
import org.ebpf4j.cli.process.Interrupt;
import org.ebpf4j.cli.process.OutputException;
import org.ebpf4j.cli.process.StandardOutput;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.shell.CompleteCommand;
import org.ebpf4j.cli.text.ExplanationJson;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.VerifierException;
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
      "4 not permitted, 5 not supported here, 6 rejected by the verifier, 130 ended by Ctrl-C."
    })
public final class Main implements Debugging {

  /// What `--version` prints.
  static final String VERSION = "ebpf4j 0.1.0";

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

  private int run(PrintWriter out, PrintWriter err, String... args) throws Exception {
    if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
      out.println(VERSION);
      return 0;
    }
    if (args.length > 0 && args[0].equals("complete")) {
      var words = Arrays.asList(args).subList(1, args.length);
      return new CompleteCommand(new Console(out, err)).run(words);
    }
    var commands = new Commands(new Console(out, err), this);
    var plain = commands.plain(args);
    if (plain != null) {
      try {
        return plain.call();
      } catch (UsageException e) {
        return wrongUsage(e.getMessage(), "ebpf4j " + commands.name(args), err, args);
      }
    }
    var line = commands.line(args);
    line.setExecutionExceptionHandler((e, command, _) ->
        e instanceof UsageException usage
            ? wrongUsage(usage.getMessage(), command.getCommandSpec().qualifiedName(), err, args)
            : report(e, err, args));
    var strategy = line.getExecutionStrategy();
    line.setExecutionStrategy(parsed -> {
      try {
        return strategy.execute(parsed);
      } catch (OutputException e) {
        // Of help, which is printed before any command is run.
        return report(e, err, args);
      }
    });
    line.setParameterExceptionHandler((e, words) ->
        wrongUsage(
            UsageError.describe(e),
            e.getCommandLine().getCommandSpec().qualifiedName(),
            err,
            words));
    if (args.length == 0) {
      line.usage(out);
      return 0;
    }
    return line.execute(args);
  }

  private int report(Throwable e, PrintWriter err, String... args) {
    var failure = Failure.of(e);
    if (wantsJson(args)) {
      failure.lines().stream()
          .findFirst()
          .ifPresent(message -> err.println(errorJson(e, message, failure.status())));
    } else {
      failure.print(err);
    }
    if (debug || !(e instanceof BpfException || e instanceof OutOfMemoryError)) {
      e.printStackTrace(err);
    }
    err.flush();
    return failure.status();
  }

  private static int wrongUsage(String why, String command, PrintWriter err, String... args) {
    if (wantsJson(args)) {
      err.println(errorJson(why, ExitStatus.USAGE));
    } else {
      err.println("ebpf4j: " + Failure.indented(why));
      err.println("help: " + command + " --help");
    }
    err.flush();
    return ExitStatus.USAGE;
  }

  private static String errorJson(String message, int status) {
    return Json.object(json -> json.put("error", message).put("status", status));
  }

  /// With why the verifier rejected a program, where it did.
  private static String errorJson(Throwable e, String message, int status) {
    return e instanceof VerifierException rejected
        ? Json.object(json ->
            json.put("error", message)
                .put("status", status)
                .putJson("explanation", ExplanationJson.object(rejected.explanation())))
        : errorJson(message, status);
  }

  private static boolean wantsJson(String... args) {
    return Arrays.stream(args)
        .takeWhile(a -> !a.equals("--"))
        .anyMatch(a -> a.equals("--json") || a.equals("--jsonl") || a.equals("--bpftool"));
  }
}
