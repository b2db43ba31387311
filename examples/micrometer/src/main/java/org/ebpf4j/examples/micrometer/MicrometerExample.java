package org.ebpf4j.examples.micrometer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.metrics.MapSamples;

/// Counts TCP connections by address for three seconds, and prints each connection and, each
/// second, the meters. [Tcpconn] is made by the Maven plugin of `examples/tools/tcpconn.bpf.o`.
final class MicrometerExample {
  private MicrometerExample() {}

  public static void main(String[] args) {
    try (var kernel = LinuxKernel.open();
        var counting = kernel.statistics();
        var tcpconn = Tcpconn.load(kernel);
        var links = tcpconn.attachAll()) {
      System.out.println(
          links.links().size() + " programs attached, runs counted: " + counting.isOpen());
      var registry = new SimpleMeterRegistry();
      var connects = MapSamples.of(tcpconn.connects().map());
      var meters = new BpfMeters(List.of(connects), List.of(tcpconn.stateChanged()));
      meters.bindTo(registry);
      for (int second = 1; second <= 3; second++) {
        print(tcpconn, Duration.ofSeconds(1));
        meters.refresh();
        System.out.println("after " + second + " s:");
        Arrays.stream(registry.getMetersAsString().split("\n"))
            .sorted()
            .forEach(line -> System.out.println("  " + line));
      }
    }
  }

  /// Prints connections for some time.
  private static void print(Tcpconn tcpconn, Duration time) {
    var end = System.nanoTime() + time.toNanos();
    for (var left = time; left.isPositive(); left = Duration.ofNanos(end - System.nanoTime())) {
      tcpconn
          .events()
          .poll(
              left,
              event ->
                  System.out.println(
                      event.direction()
                          + " "
                          + event.daddr().getHostAddress()
                          + " port "
                          + event.dport()));
    }
  }
}
