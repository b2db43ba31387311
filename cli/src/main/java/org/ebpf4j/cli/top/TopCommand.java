package org.ebpf4j.cli.top;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ebpf4j.cli.listing.Listing;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.Ending;
import org.ebpf4j.cli.process.StandardOutput;
import org.ebpf4j.cli.process.Terminal;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.DurationConverter;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.linux.LinuxKernel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ebpf4j top`: shows on a whole terminal how busy programs are, or prints it again and again.
@Command(
    name = "top",
    mixinStandardHelpOptions = true,
    header = "Show how busy programs are.",
    description = {
      "Shows for each program how often it ran in a second, how much of a CPU that took, how long"
          + " a run took, and how often",
      "it was not run as it was running already; the busiest first. The kernel counts only while"
          + " this is running, which makes",
      "each run some tens of nanoseconds slower. On a terminal it takes the whole screen: h shows"
          + " the keys, Enter the details",
      "of a program and who holds it, m how full maps are, q quits. Elsewhere, and with --once,"
          + " --table, --columns or JSON, it",
      "prints a table for each time."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j top",
      "  ebpf4j top --once --json",
      "  ebpf4j top --sort time --limit 5 --every 5s"
    })
public final class TopCommand implements Callable<Integer> {
  @Mixin private final Listing listing = new Listing();

  @Option(names = "--once", description = "Print once, after the first --every, and end.")
  private boolean once;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long is counted for each time it is printed; 1s without it.")
  private Duration every = Duration.ofSeconds(1);

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "End after this time; without it, at Ctrl-C.")
  private @Nullable Duration duration;

  @Option(
      names = "--sort",
      paramLabel = "cpu|runs|time|missed|id|name",
      description = "What comes first: cpu without it.")
  private String sort = "cpu";

  @Option(names = "--limit", paramLabel = "N", description = "Only the first N programs.")
  private int limit = Integer.MAX_VALUE;

  @Option(names = "--table", description = "Print tables, on a terminal, too.")
  private boolean table;

  @Option(names = "--all", description = "Programs that did not run, too.")
  private boolean all;

  @Option(
      names = "--program",
      paramLabel = "NAME",
      description = "Only programs whose name has this in it.")
  private String name = "";

  private final Console console;
  private final Holders holders;

  /// Prints who holds a program.
  @FunctionalInterface
  public interface Holders {
    /// @param program the id of the program
    void print(PrintWriter out, LinuxKernel kernel, int program);
  }

  /// @param holders what is shown of the references to a program
  public TopCommand(Console console, Holders holders) {
    this.console = console;
    this.holders = holders;
  }

  private static View<ProgramRate> view(Instant time) {
    return new View<ProgramRate>((json, rate) ->
        json.put("time", time.toString())
            .put("id", rate.program().id())
            .put("type", rate.program().typeLabel())
            .put("name", rate.program().name())
            .putSeconds("seconds", rate.elapsed().toNanos() / 1e9)
            .put("runs", rate.counted().runs())
            .put("run_time_ns", rate.counted().time().toNanos())
            .put("ns_per_run", rate.nanosPerRun())
            .put("recursion_misses", rate.counted().recursionMisses()))
        .number("ID", rate -> Integer.toUnsignedString(rate.program().id()))
        .column("TYPE", rate -> rate.program().typeLabel())
        .wide("NAME", rate -> rate.program().name())
        .number("RUNS/S", rate -> decimal(rate.runsPerSecond()))
        .number("CPU%", rate -> String.format(Locale.ROOT, "%.2f", rate.percent()))
        .number("NS/RUN", ProgramRate::nanosPerRun)
        .number("MISSED", rate -> rate.counted().recursionMisses());
  }

  private static String decimal(double rate) {
    return String.format(Locale.ROOT, rate < 10 ? "%.1f" : "%.0f", rate);
  }

  @Override
  public Integer call() {
    var order =
        Order.of(sort)
            .orElseThrow(() ->
                new UsageException(
                    "--sort " + sort + ": it is none of " + String.join(", ", Order.labels())));
    if (!every.isPositive()) {
      throw new UsageException("--every: it must last");
    }
    if (limit < 1) {
      throw new UsageException("--limit " + limit + ": at least 1");
    }
    var ending = Ending.of(once && duration == null ? every : duration);
    StandardOutput.neverBlockAfter(console.out(), ending);
    try (var kernel = LinuxKernel.open();
        var _ = kernel.statistics();
        var list = listing.list(console.out())) {
      ending.cleanUp();
      ending.begin();
      if (isFullScreen()) {
        var model = new Model(order, name, all, limit);
        new FullScreen(kernel, holders, model, every, ending, Terminal.hasColors()).run();
      } else {
        printAgainAndAgain(kernel, list, order, ending);
        listing.end(list);
      }
    }
    return 0;
  }

  private boolean isFullScreen() {
    return !once && !table && !listing.isTable() && Terminal.isInteractive();
  }

  private void printAgainAndAgain(LinuxKernel kernel, JsonList list, Order order, Ending ending) {
    var before = ProgramRate.byId(kernel.programs());
    var since = System.nanoTime();
    do {
      ending.await(every);
      var after = kernel.programs();
      var now = System.nanoTime();
      print(list, ProgramRate.between(before, after, Duration.ofNanos(now - since)), order);
      before = ProgramRate.byId(after);
      since = now;
    } while (!once && !ending.getAsBoolean());
  }

  private void print(JsonList list, List<ProgramRate> rates, Order order) {
    var chosen =
        rates.stream()
            .filter(r -> all || r.counted().runs() != 0 || r.counted().recursionMisses() != 0)
            .filter(r -> r.program().name().contains(name))
            .sorted(order.comparator(false))
            .limit(limit)
            .toList();
    listing.print(console.out(), list, view(Instant.now()), chosen);
    if (!once && !listing.isJson()) {
      console.out().println();
    }
    console.out().flush();
  }
}
