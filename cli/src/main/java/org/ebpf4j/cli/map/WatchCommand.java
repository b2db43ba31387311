package org.ebpf4j.cli.map;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.Interrupt;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.StandardOutput;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.DurationConverter;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.linux.internal.terminal.OutputReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ebpf4j map watch`.
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    header = "Show what changes in a map.",
    description = {
      "Reads the map again and again, and prints what changed: + for an entry that came, - for one"
          + " that went, ~ for another value. Ends with Ctrl-C."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j map watch 12",
      "  ebpf4j map watch counts --every 100ms --count 10 --jsonl"
    })
public final class WatchCommand extends EntryCommand {
  private static final int INTERRUPTED = 130;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How often it is read, such as 100ms; each second without.")
  private Duration every = Duration.ofSeconds(1);

  @Option(names = "--count", paramLabel = "TIMES", description = "End after so many times.")
  private long times;

  public WatchCommand(Console console) {
    super(console);
  }

  @Override
  boolean own(String name, PlainLine.Value value) {
    return false;
  }

  @Override
  int run(Content content, List<String> rest) throws InterruptedException {
    if (!rest.isEmpty()) {
      throw new UsageException("'" + rest.getFirst() + "' is one too many");
    }
    content.checkReadable();
    var over = new CountDownLatch(1);
    Interrupt.onSignal(over::countDown);
    try (var list = jsonList()) {
      var status = watch(content, over, list);
      if (isJson()) {
        list.end();
      }
      return status;
    }
  }

  /// The exit status.
  private int watch(Content content, CountDownLatch over, JsonList list)
      throws InterruptedException {
    var form = new Changes(content);
    var before = Changes.entries(content);
    for (long round = 0; times == 0 || round < times; round++) {
      if (over.await(every.toNanos(), TimeUnit.NANOSECONDS)) {
        return INTERRUPTED;
      }
      if (OutputReader.isGone(StandardOutput.DESCRIPTOR)) {
        return ExitStatus.FAILED;
      }
      var now = Changes.entries(content);
      for (var change : Changes.between(before, now)) {
        if (isJson()) {
          list.add(form.json(change));
        } else {
          console().out().println(form.line(change));
        }
      }
      console().out().flush();
      before = now;
    }
    return 0;
  }
}
