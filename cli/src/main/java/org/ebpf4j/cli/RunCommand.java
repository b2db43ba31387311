package org.ebpf4j.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ebpf4j.linux.LinkSet;
import org.ebpf4j.linux.PinDirectory;
import org.ebpf4j.linux.TraceLine;
import org.ebpf4j.linux.TracePipe;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ebpf4j run`: loads, attaches, prints what the programs print, and takes everything away again.
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    header = "Load, attach, print what programs print, and clean up.",
    description = {
      "Loads the programs of a file, attaches each where its section name says, prints what they print until Ctrl-C,",
      "and takes everything away again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j run examples/hello/hello.bpf.o",
      "  ebpf4j run examples/hello/hello.bpf.o --duration 10s --steps",
      "  ebpf4j run examples/socket/get.text --type socket_filter --attach socket:listen=127.0.0.1:9527 --log-level 2",
      "  ebpf4j run drop.bpf.o --attach xdp:veth0,generic"
    })
final class RunCommand implements Callable<Integer> {
  /// How long a wait for lines may be before the sockets are looked after.
  private static final Duration TURN = Duration.ofMillis(200);

  @Mixin private final Loading loading = new Loading();

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "End after this time, such as 10s, 500ms or 2m, instead of at Ctrl-C.")
  private @Nullable Duration duration;

  @Option(names = "--raw", description = "Print the lines as the kernel wrote them.")
  private boolean raw;

  @Option(
      names = "--no-trace",
      description = "Leave the trace pipe to others; only keep the programs attached.")
  private boolean noTrace;

  @Option(
      names = "--pin-link",
      paramLabel = "PATH",
      description = {
        "Pin the link, so that the program stays attached afterwards. With several programs PATH is a directory",
        "that gets a pin for each."
      })
  private @Nullable Path pinLink;

  @Override
  public Integer call() {
    var plan = loading.plan(true);
    var stop = new CountDownLatch(1);
    Interrupt.onSignal(stop::countDown);
    // The pipe is opened after loading, which is what a missing privilege should be told of, and
    // before attaching, so that no
    // line is missed.
    try (var kernel = loading.kernel();
        var placement = plan.placement();
        var object = loading.load(kernel, plan.spec());
        var trace = noTrace ? null : kernel.tracePipe()) {
      if (trace != null) {
        skipOldLines(trace);
      }
      placement.open(kernel);
      try (var links = loading.attach(object, placement)) {
        loading.announce(object, links, placement);
        pin(links);
        stream(trace, placement, stop);
      }
    }
    return 0;
  }

  /// What was printed before belongs to others, but the kernel would hand it to the next reader.
  private static void skipOldLines(TracePipe trace) {
    var enough = System.nanoTime() + 1_000_000_000L;
    var more = true;
    while (more) {
      more = trace.poll(Duration.ZERO).isPresent() && System.nanoTime() < enough;
    }
  }

  private void pin(LinkSet links) {
    if (pinLink == null) {
      return;
    }
    if (links.links().size() == 1) {
      links.links().getFirst().pin(pinLink);
      loading.err().println("link pinned at " + pinLink);
      return;
    }
    PinDirectory.pinLinks(links, pinLink)
        .forEach(path -> loading.err().println("link pinned at " + path));
  }

  private void stream(@Nullable TracePipe trace, Placement placement, CountDownLatch stop) {
    var end = duration == null ? Long.MAX_VALUE : System.nanoTime() + duration.toNanos();
    while (stop.getCount() > 0 && System.nanoTime() < end) {
      var turn = Duration.ofNanos(Math.min(TURN.toNanos(), Math.max(0, end - System.nanoTime())));
      Optional<TraceLine> line = trace == null ? pause(stop, turn) : trace.poll(turn);
      line.ifPresent(this::print);
      placement.sockets().forEach(s -> s.dismissConnections());
    }
  }

  private static Optional<TraceLine> pause(CountDownLatch stop, Duration turn) {
    try {
      var stopped = stop.await(turn.toNanos(), TimeUnit.NANOSECONDS);
      if (stopped) {
        return Optional.empty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop.countDown();
    }
    return Optional.empty();
  }

  private void print(TraceLine line) {
    var out = loading.out();
    if (raw) {
      out.println(line.raw());
      return;
    }
    switch (line) {
      case TraceLine.Event e ->
          out.printf(
              "%14.6f  %-16s %7d  cpu %-3d %s%s%n",
              e.seconds(),
              e.task(),
              e.pid(),
              e.cpu(),
              e.event().equals("bpf_trace_printk") ? "" : e.event() + ": ",
              e.text());
      case TraceLine.Lost l ->
          loading
              .err()
              .println(
                  "the kernel dropped "
                      + (l.count() < 0 ? "some" : l.count())
                      + " lines of CPU "
                      + l.cpu());
      case TraceLine.Other o -> out.println(o.raw());
    }
    out.flush();
  }
}
