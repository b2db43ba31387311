package org.ebpf4j.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ebpf4j.linux.LinuxKernel;

/// What is alive in the kernel: the ids of all programs, maps and links.
public record Alive(List<Integer> programs, List<Integer> maps, List<Integer> links) {
  public static Alive now() {
    try (var kernel = LinuxKernel.open()) {
      return new Alive(kernel.programIds(), kernel.mapIds(), kernel.linkIds());
    }
  }

  /// What has come since, once the kernel has had time to free what nothing holds; nothing where
  /// all of it went.
  public List<String> newcomers() {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      var now = now();
      var found = new ArrayList<String>();
      now.programs.stream()
          .filter(id -> !programs.contains(id))
          .forEach(id -> found.add("program " + id));
      now.maps.stream().filter(id -> !maps.contains(id)).forEach(id -> found.add("map " + id));
      now.links.stream().filter(id -> !links.contains(id)).forEach(id -> found.add("link " + id));
      if (found.isEmpty() || System.nanoTime() > end) {
        return found;
      }
      Thread.onSpinWait();
    }
  }
}
