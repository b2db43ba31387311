package org.ebpf4j.maven.work;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.ebpf4j.error.BpfException;

/// Runs a goal in a JVM of its own. Arguments: the goal, and the file with what is asked of it. On
/// standard output are lines that begin with `I ` or `W ` for what is told; on standard error is
/// why it failed. The exit status is 0, or 1 where the goal failed.
public final class Worker {
  private Worker() {}

  public static void main(String[] args) {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    System.exit(status(args[0], Path.of(args[1]), out, err));
  }

  static int status(String goal, Path request, PrintStream out, PrintStream err) {
    try {
      run(goal, Request.read(request), printed(out));
      return 0;
    } catch (GoalException | BpfException e) {
      err.println(e.getMessage());
    } catch (IOException e) {
      err.println(request + ": cannot be read: " + e.getMessage());
    }
    return 1;
  }

  private static Log printed(PrintStream out) {
    return new Log() {
      @Override
      public void info(String text) {
        text.lines().forEach(line -> out.println("I " + line));
      }

      @Override
      public void warn(String text) {
        text.lines().forEach(line -> out.println("W " + line));
      }
    };
  }

  private static void run(String goal, Request request, Log log) {
    switch (goal) {
      case "compile" -> new CompileGoal(request, log, variable("CLANG"), variable("PATH")).run();
      case "generate" -> new GenerateGoal(request, log).run();
      case "verify" -> new VerifyGoal(request, log).run();
      case "test" -> new TestGoal(request, log).run();
      default -> throw new GoalException("there is no goal '" + goal + "'");
    }
  }

  private static String variable(String name) {
    return Objects.requireNonNullElse(System.getenv(name), "");
  }
}
