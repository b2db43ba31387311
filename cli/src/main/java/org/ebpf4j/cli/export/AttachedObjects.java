package org.ebpf4j.cli.export;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.cli.place.Placement;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.linux.ListeningSocket;

/// Objects that are loaded, then attached, and taken away together.
final class AttachedObjects implements AutoCloseable {
  private record Placed(LinuxObject object, Placement placement) {}

  private final List<Placed> objects = new ArrayList<>();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /// Has the runs of programs counted while this is open.
  void countRuns(LinuxKernel kernel) {
    open.push(kernel.statistics());
  }

  /// Loads one more.
  void load(LinuxKernel kernel, Placement placement, LoadOptions options) {
    open.push(placement);
    var object = kernel.load(placement.spec(), options);
    open.push(object);
    objects.add(new Placed(object, placement));
  }

  /// Attaches the programs of all.
  void attach(LinuxKernel kernel) {
    for (var placed : objects) {
      placed.placement().open(kernel);
      open.push(placed.object().attachTo(p -> placed.placement().point(placed.object(), p)));
    }
  }

  List<LinuxObject> objects() {
    return objects.stream().map(Placed::object).toList();
  }

  /// Has the sockets that were opened for programs take no connections.
  void dismissConnections() {
    for (var placed : objects) {
      placed.placement().sockets().forEach(ListeningSocket::dismissConnections);
    }
  }

  /// What was made last goes first; all of it goes, whatever goes wrong.
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      } catch (Exception e) {
        throw new IllegalStateException("nothing here throws such", e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
