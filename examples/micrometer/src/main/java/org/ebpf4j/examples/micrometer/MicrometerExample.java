package org.ebpf4j.examples.micrometer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.metrics.MapSamples;
import org.ebpf4j.object.ObjectSpec;

/// Runs the programs of an object file for three seconds and prints the meters each second.
/// Arguments: the file, and the names of maps that count.
final class MicrometerExample {
  private MicrometerExample() {}

  public static void main(String[] args) throws InterruptedException {
    if (args.length < 2) {
      System.err.println("usage: MicrometerExample FILE.bpf.o MAP...");
      System.exit(2);
    }
    var names = List.of(args).subList(1, args.length);
    try (var kernel = LinuxKernel.open();
        var counting = kernel.statistics();
        var object = kernel.load(ObjectSpec.read(Path.of(args[0])));
        var links = object.attachAll()) {
      System.out.println(
          links.links().size() + " programs attached, runs counted: " + counting.isOpen());
      var registry = new SimpleMeterRegistry();
      var maps = names.stream().map(n -> MapSamples.of(object.map(n))).toList();
      var meters = new BpfMeters(maps, object.programs());
      meters.bindTo(registry);
      for (int second = 1; second <= 3; second++) {
        Thread.sleep(1000);
        meters.refresh();
        System.out.println("after " + second + " s:");
        Arrays.stream(registry.getMetersAsString().split("\n"))
            .sorted()
            .forEach(line -> System.out.println("  " + line));
      }
    }
  }
}
