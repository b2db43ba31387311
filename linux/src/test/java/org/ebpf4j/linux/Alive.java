package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;

/// What the kernel says is alive: the ids of the programs and maps whose names begin alike, and of
/// the links of those programs. The kernel frees some things a moment after their last reference is
/// gone, so what is gone is waited for.
public record Alive(Set<Integer> programs, Set<Integer> maps, Set<Integer> links) {
  /// Long, as an emulated machine is slow; a test that passes never waits for it.
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  static Alive named(String prefix) {
    try (var kernel = LinuxKernel.open()) {
      var programs = new TreeSet<Integer>();
      for (var id : kernel.programIds()) {
        try (var program = kernel.openProgram(id)) {
          if (program.name().startsWith(prefix)) {
            programs.add(id);
          }
        } catch (KernelException e) {
          unlessGone(e);
        }
      }
      var maps = new TreeSet<Integer>();
      for (var id : kernel.mapIds()) {
        try (var map = kernel.openMap(id)) {
          if (map.name().startsWith(prefix)) {
            maps.add(id);
          }
        } catch (KernelException e) {
          unlessGone(e);
        }
      }
      var links = new TreeSet<Integer>();
      for (var id : kernel.linkIds()) {
        try (var link = kernel.openLink(id)) {
          if (programs.contains(link.info().getFirst().programId())) {
            links.add(id);
          }
        } catch (KernelException e) {
          unlessGone(e);
        }
      }
      return new Alive(programs, maps, links);
    }
  }

  /// Objects come and go on a machine while they are listed.
  private static void unlessGone(KernelException e) {
    if (e.errno() != Errno.ENOENT) {
      throw e;
    }
  }

  private boolean holds(Alive other) {
    return programs.containsAll(other.programs)
        && maps.containsAll(other.maps)
        && links.containsAll(other.links);
  }

  /// Waits until nothing of that prefix is alive that was not before.
  void expectNothingNew(String prefix) {
    eventually("nothing new of " + prefix + "* is alive", () -> holds(named(prefix)));
  }

  static boolean isProgram(int id) {
    try (var kernel = LinuxKernel.open()) {
      return kernel.programIds().contains(id);
    }
  }

  static boolean isMap(int id) {
    try (var kernel = LinuxKernel.open()) {
      return kernel.mapIds().contains(id);
    }
  }

  static boolean isLink(int id) {
    try (var kernel = LinuxKernel.open()) {
      return kernel.linkIds().contains(id);
    }
  }

  static void expectProgramGone(int id) {
    eventually("program " + id + " is gone", () -> !isProgram(id));
  }

  static void expectMapGone(int id) {
    eventually("map " + id + " is gone", () -> !isMap(id));
  }

  static void expectLinkGone(int id) {
    eventually("link " + id + " is gone", () -> !isLink(id));
  }

  /// Looks until it is so, and fails where it does not become so.
  static void eventually(String what, BooleanSupplier condition) {
    var deadline = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        fail("not within " + DEADLINE.toSeconds() + " s: " + what);
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
