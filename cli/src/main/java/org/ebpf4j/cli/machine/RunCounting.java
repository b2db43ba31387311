package org.ebpf4j.cli.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Whether the kernel counts and times the runs of all programs (`kernel.bpf_stats_enabled`).
abstract class RunCounting implements Callable<Integer> {
  private static final Path SETTING = Path.of("/proc/sys/kernel/bpf_stats_enabled");

  /// What is to be done.
  enum Wanted {
    /// It is shown.
    SHOW,
    /// Runs are counted.
    ON,
    /// They are not.
    OFF
  }

  @Mixin private final JsonOptions json = new JsonOptions();

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

  private final Console console;
  private final Wanted wanted;

  RunCounting(Console console, Wanted wanted) {
    this.console = console;
    this.wanted = wanted;
  }

  @Override
  public final Integer call() {
    if (!Files.exists(SETTING)) {
      throw new BpfException(
          SETTING + " is not there: this kernel has no such setting (before 5.1), or no /proc");
    }
    var before = isOn();
    var after = wanted == Wanted.SHOW ? before : wanted == Wanted.ON;
    if (before != after && !dryRun) {
      write(after ? "1" : "0");
    }
    var verb = wanted == Wanted.SHOW || before == after ? "" : dryRun ? "would turn " : "turned ";
    console
        .out()
        .println(
            json.isJson()
                ? Json.object(fields ->
                    fields
                        .put("action", wanted.name().toLowerCase(java.util.Locale.ROOT))
                        .put("dry_run", dryRun)
                        .put("before", before)
                        .put("after", after))
                : verb.isEmpty()
                    ? "the counting of runs is " + (before ? "on" : "off")
                    : verb + "the counting of runs " + (after ? "on" : "off"));
    console.out().flush();
    return 0;
  }

  private static boolean isOn() {
    try {
      return Files.readString(SETTING).strip().equals("1");
    } catch (IOException e) {
      throw FileError.of(SETTING, "read", e);
    }
  }

  private static void write(String text) {
    try {
      Files.writeString(SETTING, text);
    } catch (IOException e) {
      throw FileError.of(SETTING, "written", e);
    }
  }
}
